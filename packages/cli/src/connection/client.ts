import { createORPCClient } from '@orpc/client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { contract, type ApiClient } from '@wharden/api'

/** A client of the API, typed by its contract. Without a secret it asks as nobody. */
export function createClient(server: string, secret: string | undefined): ApiClient {
  const link = new OpenAPILink(contract, {
    url: server,
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    fetch: (request, init) =>
      fetch(request, { ...init, redirect: 'error', signal: AbortSignal.timeout(60_000) }),
  })
  return createORPCClient(link)
}
