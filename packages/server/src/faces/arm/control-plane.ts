/**
 * Azure's control plane, as much of it as az and the SDKs manage a registry's tokens and scope maps by: the documents by which
 * they find the way, an authority to sign in at, and the Resource Manager. An organization is a subscription with one registry.
 * `api-version` is not looked at: the shapes are the same in all of them. What is answered is done: nothing runs on.
 * https://learn.microsoft.com/rest/api/containerregistry/
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../../context.ts'
import { sendJson } from '../../http/send-json.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { addressOf } from './address.ts'
import { askAuthority } from './authority.ts'
import type { Asked, Reply } from './call.ts'
import { OAuthError, refuseSignIn } from './oauth-error.ts'
import { renderArmError } from './render-arm-error.ts'
import { askResourceManager } from './resource-manager.ts'

export function controlPlane(house: House) {
  return (request: IncomingMessage, response: ServerResponse, context: Context): void => {
    response.setHeader('x-ms-request-id', context.requestId)
    response.setHeader('x-ms-correlation-request-id', context.requestId)
    // Some answers hold passwords, and none is true for long.
    response.setHeader('cache-control', 'no-store')
    const asked = { house, context, request, response, address: addressOf(house, context) }
    const [ask, refuse] = /^\/adfs(\/|$)/i.test(request.url ?? '')
      ? ([askAuthority, refuseAsAuthority] as const)
      : ([askResourceManager, refuseAsManager] as const)
    house.running.track(
      ask(asked).then(
        (reply) => send(response, reply),
        (cause: unknown) => {
          if (response.headersSent) response.destroy()
          else if (!response.destroyed) refuse(asked, cause)
        },
      ),
    )
  }
}

function refuseAsAuthority({ response, context }: Asked, cause: unknown): void {
  refuseSignIn(response, cause instanceof OAuthError ? cause : toAppError(cause, context))
}

function refuseAsManager({ response, context, address }: Asked, cause: unknown): void {
  renderArmError(response, address.origin, toAppError(cause, context))
}

function send(response: ServerResponse, { status, body }: Reply): void {
  if (body !== undefined) sendJson(response, status, body)
  else response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end()
}
