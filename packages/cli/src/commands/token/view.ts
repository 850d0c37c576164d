import type { Token } from '@wharden/api'
import { azureTime } from '../../azure/resource.ts'
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

const OURS: View<Token> = [
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

/** The columns of `az acr token list`. */
const AZURES: View<Token> = [
  ['NAME', tokenName],
  ['SCOPE MAP', (token) => (token.kind === 'registry-token' ? token.scopeMap : null)],
  ['PASSWORD1 EXPIRY', (token) => passwordExpiry(token, 'password1')],
  ['PASSWORD2 EXPIRY', (token) => passwordExpiry(token, 'password2')],
  ['STATUS', ({ status }) => ({ active: 'Enabled', inactive: 'Disabled', expired: 'Expired' })[status]],
  ['PROVISIONING STATE', () => 'Succeeded'],
  ['CREATION DATE', ({ createdAt }) => azureTime(createdAt)],
]

/** Nothing for a password that isn't there. */
function passwordExpiry(token: Token, wanted: 'password1' | 'password2'): string {
  const passwords = token.kind === 'registry-token' ? token.passwords : []
  const password = passwords.find(({ name }) => name === wanted)
  if (password === undefined) return ''
  return password.expiresAt === null ? 'Never' : azureTime(password.expiresAt)
}

/** Who says `--registry` comes from az, and sees its columns, as long as all the tokens are of az's kind. */
export function tokenView(
  { registry }: { readonly registry?: string },
  kind: Token['kind'] | undefined,
): View<Token> {
  return registry !== undefined && kind === 'registry-token' ? AZURES : OURS
}
