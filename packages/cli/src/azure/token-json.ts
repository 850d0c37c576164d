import type { ApiClient, IssuedToken, Token } from '@wharden/api'
import { registryTokenJson } from './registry-token.ts'
import { registryIdOf, type RegistryId } from './resource.ts'

/** Tokens of any kind, in full: registry tokens as az shows them, the others as the API does. All are of one organization. */
export async function tokensJson(api: ApiClient, tokens: readonly Token[]): Promise<readonly object[]> {
  const some = tokens.find((token) => token.kind === 'registry-token')
  const registry = some === undefined ? '' : await registryIdOf(api, some.organization)
  return tokens.map((token) => (token.kind === 'registry-token' ? registryTokenJson(token, registry) : token))
}

export async function tokenJson(api: ApiClient, token: Token): Promise<object> {
  const [json = {}] = await tokensJson(api, [token])
  return json
}

/** A token with the secrets that were just made; `secrets` and `login` are there for every kind. */
export function issuedJson(issued: IssuedToken, registry: RegistryId): object {
  const { token, secrets, login } = issued
  return token.kind === 'registry-token'
    ? { ...registryTokenJson(token, registry, secrets), secrets, login }
    : issued
}
