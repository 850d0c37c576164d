import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../../context.ts'
import type { AppError } from '../../errors.ts'
import { dialectOf } from '../../http/dialect-of.ts'
import { renderAzureError } from '../../http/render-azure-error.ts'
import { scopeFor, type Need } from '../../operations/authorize-target.ts'
import { parseRegistryPath, type RegistryPath } from './parse-path.ts'
import { renderRegistryError } from './render-error.ts'

type Named = Extract<RegistryPath, { readonly name: unknown }>

/** What an endpoint's methods other than GET and HEAD are for: told to Azure's clients with a token that is none any more. */
const NEEDS: { readonly [method: string]: Need | undefined } = { PUT: 'push', DELETE: 'delete' }

/** Refuses in the words of whoever asked for the token: on one address docker reads a reason, and az isn't sent to sleep. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { site }: Context,
  failure: AppError,
): void {
  if (dialectOf(request.headers.authorization) === undefined)
    return renderRegistryError(response, site, failure)
  const path = parseRegistryPath(request.url ?? '')
  const named =
    path.type === 'ok' && path.value !== undefined && 'name' in path.value ? path.value : undefined
  const untold = failure.code === 'credential-invalid' && failure.detail.scopes === undefined
  const told =
    untold && named !== undefined
      ? failure.telling({ scopes: [scopeFor(named.name, needOf(named, request.method))] })
      : failure
  renderAzureError(response, site, told, named?.name)
}

function needOf({ type }: Named, method = ''): Need {
  if (type === 'uploads' || type === 'upload') return 'push'
  if (type === 'tags' || type === 'referrers') return 'inspect'
  return NEEDS[method] ?? 'pull'
}
