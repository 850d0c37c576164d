import { CliError } from '../cli-error.ts'
import { describeError } from '../describe-error.ts'
import { messageOf } from './refused-content.ts'

/**
 * Trades a token's secret for a login that ends with it, as az does with a sign-in of Azure's.
 * @param registry where clients will use it: it is good for no other address
 * @throws CliError with the reason of the server
 */
export async function exchangeSecret(registry: URL, secret: string): Promise<string> {
  const response = await fetch(new URL('/oauth2/exchange', registry), {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'access_token', service: registry.host, access_token: secret }),
    redirect: 'error',
    signal: AbortSignal.timeout(60_000),
  }).catch((cause: unknown) => {
    throw describeError(cause, registry.origin)
  })
  const body: unknown = await response.json().catch(() => undefined)
  const token: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'refresh_token') : ''
  if (response.ok && typeof token === 'string' && token !== '') return token
  throw new CliError(
    response.status === 401 ? 'notSignedIn' : 'failed',
    messageOf(body) ?? `${registry.origin} answered ${response.status}`,
    'give a token’s name and secret: `--username NAME --password-stdin`; `wharden token create` makes one',
  )
}
