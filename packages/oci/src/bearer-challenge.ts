import { formatScope, type Scope } from './scope.ts'

/** What a 401 of ours tells the client: where to get a token, for whom, and for which scopes. */
export type BearerChallenge = {
  /** URL of the token endpoint. */
  readonly realm: string
  readonly service: string
  readonly scopes?: readonly Scope[]
  readonly error?: 'invalid_token' | 'insufficient_scope'
}

/** The value of `WWW-Authenticate`. https://distribution.github.io/distribution/spec/auth/token/ */
export function formatBearerChallenge({ realm, service, scopes = [], error }: BearerChallenge): string {
  const parameters = [`realm=${quote(realm)}`, `service=${quote(service)}`]
  if (scopes.length > 0) parameters.push(`scope=${quote(scopes.map(formatScope).join(' '))}`)
  if (error !== undefined) parameters.push(`error=${quote(error)}`)
  return `Bearer ${parameters.join(',')}`
}

// Always quoted: OCI's conformance suite reads nothing else. What a quoted string can't hold is left out.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4
function quote(text: string): string {
  return `"${text.replaceAll(/[^\t\x20-\x7e]/g, '').replaceAll(/["\\]/g, '\\$&')}"`
}
