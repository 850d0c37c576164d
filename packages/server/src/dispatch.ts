/**
 * Which face a request is for. The registry, the token service and the probes are answered here and now: they are what a
 * server does all day, and a framework would cost a fifth of it. All else is an administrator's, and is loaded when one
 * comes.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
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
  let others: Promise<FastifyInstance> | undefined

  function admitted(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
    const context = admission.admit(request, response)
    if (context !== undefined) answer(request, response, context)
  }

  function administrate(request: IncomingMessage, response: ServerResponse): void {
    others ??= import('./administration.ts').then(({ openAdministration }) =>
      openAdministration(house, admission),
    )
    others.then(
      (http) => http.routing(request, response),
      (cause: unknown) => {
        house.log.error({ err: cause }, 'the administration API can not be loaded: restart the server')
        // No face is there to say it.
        response.writeHead(503, { 'content-type': 'text/plain' })
        response.end('the administration API can not be loaded; the log of the server says why\n')
      },
    )
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
      } else administrate(request, response)
    },
    close: async () => {
      await (await others)?.close()
    },
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
