import type { Token } from '@wharden/api'
import { CliError } from './cli-error.ts'
import type { ApiClient } from '@wharden/api'

/**
 * Finds a token by name or label, in an organization or among one's own, or by id.
 * @throws CliError when several have the label: only ids tell them apart
 */
export async function findToken(
  api: ApiClient,
  wanted: string,
  place: { readonly organization?: string },
): Promise<Token> {
  const { items } = await api.token.list({ ...place, name: wanted, limit: 20 })
  const [only, ...others] = items
  if (only === undefined) return api.token.show({ token: wanted })
  if (others.length === 0) return only
  throw new CliError(
    'usage',
    `several tokens are called \`${wanted}\``,
    `say the id: ${items.map(({ id }) => id).join(', ')}`,
  )
}
