/**
 * Which face a request is for. The registry, the token service and the probes are answered here and now: they are what a
 * server does all day, and a framework would cost a fifth of it. All else is administration, by our own API or by Azure's,
 * and is loaded when it is first asked for.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Context } from './context.ts'
import { isControlPlane } from './faces/arm/is-control-plane.ts'
import { azureDataPlane } from './faces/azure/data-plane.ts'
import { azureTokenService } from './faces/azure/token-service.ts'
import { healthFace } from './faces/health/health-face.ts'
import { registryFace } from './faces/registry/registry-face.ts'
import { tokenFace } from './faces/token/token-face.ts'
import type { Admission } from './http/admission.ts'
import type { House } from './operations/house.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, context: Context) => void

export type Dispatch = {
  readonly answer: RequestListener
  readonly close: () => Promise<void>
}

export function createDispatch(house: House, admission: Admission): Dispatch {
  const [registry, token, health] = [registryFace(house), tokenFace(house), healthFace(house)]
  const [azure, azureToken] = [azureDataPlane(house), azureTokenService(house)]
  const administration = lazily(async () =>
    (await import('./administration.ts')).openAdministration(house, admission),
  )
  const azureControl = lazily(async () => (await import('./faces/arm/control-plane.ts')).controlPlane(house))

  function admitted(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
    const context = admission.admit(request, response)
    if (context !== undefined) answer(request, response, context)
  }

  /** Answers once it is loaded. */
  function by<Face>(face: Promise<Face>, response: ServerResponse, answer: (face: Face) => void): void {
    face.then(answer, (cause: unknown) => {
      house.log.error({ err: cause }, 'a part of the server can not be loaded: restart it')
      // No face is there to say it.
      response.writeHead(503, { 'content-type': 'text/plain' })
      response.end('this part of the server can not be loaded; its log says why\n')
    })
  }

  return {
    answer(request, response) {
      const path = pathOf(request.url ?? '')
      if (path === '/v2' || path.startsWith('/v2/')) admitted(registry, request, response)
      else if (path === '/token') admitted(token, request, response)
      else if (path.startsWith('/acr/v1/')) admitted(azure, request, response)
      else if (path === '/oauth2/token' || path === '/oauth2/exchange')
        admitted((...asked) => azureToken(path, ...asked), request, response)
      else if (path === '/health/live' || path === '/health/ready') {
        if (admission.receive(request, response)) health(path, request, response)
      } else if (isControlPlane(path))
        admitted((...asked) => by(azureControl(), response, (face) => face(...asked)), request, response)
      else by(administration(), response, (http) => http.routing(request, response))
    },
    close: async () => {
      await (await administration.started())?.close()
    },
  }
}

/** What is made when it is first wanted; `started` makes nothing. */
function lazily<Value>(make: () => Promise<Value>) {
  let made: Promise<Value> | undefined
  return Object.assign(() => (made ??= make()), { started: () => made })
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
