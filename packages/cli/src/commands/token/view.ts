import type { Token } from '@wharden/api'
import type { View } from '../../output/view.ts'

/** The name of a registry token, the label of the others. */
export function tokenName(token: Token): string {
  return token.kind === 'registry-token' ? token.name : token.label
}

function rights(token: Token): readonly string[] {
  if (token.kind === 'registry-token')
    return [token.scopeMap === null ? 'none: its scope map is gone' : `scope map ${token.scopeMap}`]
  const rules = token.repositories.map((rule) => `${rule.repository}: ${rule.permissions.join('+')}`)
  if (token.kind === 'pat') return rules
  return [...rules, ...(token.publicRepositories ? ['public repositories'] : []), ...token.organizationScopes]
}

/** What is used of its limit, in the window that runs. */
function pulls(token: Token): string {
  if (token.kind !== 'oat' || token.pullLimit === null) return 'any number'
  return `${token.pullUsage?.used ?? 0} of ${token.pullLimit}`
}

export const TOKEN_VIEW: View<Token> = [
  ['NAME', tokenName],
  ['KIND', ({ kind }) => kind],
  ['STATUS', ({ status }) => status],
  ['MAY', rights],
  ['PULLS', pulls],
  ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
  ['LAST USED', ({ lastUsed }) => (lastUsed === null ? 'never' : `${lastUsed.at} from ${lastUsed.address}`)],
  ['CREATED BY', ({ createdBy }) => createdBy],
  ['ID', ({ id }) => id],
]
