import type { RepositoryName } from '@wharden/oci'
import type { Action, GrantPattern, GrantSet, OrganizationId } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { SignedIn } from './signed-in.ts'

/** Something that is about to be given. `label` is what the giver called it. */
export type Gift = {
  readonly label: string
  readonly pattern: GrantPattern
  readonly actions: readonly Action[]
  /** Where a repository named by id stands: a right on all below a prefix covers it. */
  readonly place?: { readonly organization: OrganizationId; readonly name: RepositoryName } | undefined
}

/**
 * Nobody gives what they don't hold.
 * @throws {AppError} `denied` for the first action that the giver lacks
 */
export function requireHeld({ grants }: SignedIn, gifts: readonly Gift[]): void {
  for (const gift of gifts) {
    const missing = gift.actions.find((action) => !holds(grants, gift, action))
    if (missing !== undefined) {
      throw new AppError(
        'denied',
        `you can't give \`${missing}\` on \`${gift.label}\`: nobody gives what they don't hold, and you don't; ask an owner`,
        { action: missing },
      )
    }
  }
}

function holds(grants: GrantSet, { pattern, place }: Gift, action: Action): boolean {
  switch (pattern.type) {
    case 'repository':
      return (
        grants.repositories.get(pattern.repository)?.has(action) === true ||
        (place !== undefined && covers(grants.under.get(place.organization), place.name, action))
      )
    case 'under':
      return covers(grants.under.get(pattern.organization), pattern.prefix, action)
    case 'public':
      return grants.public.has(action)
    case 'upstream': {
      const hosts = grants.upstream.get(pattern.organization)
      const path = pattern.path.type === 'exact' ? pattern.path.name : pattern.path.prefix
      return covers(hosts?.get('*'), path, action) || covers(hosts?.get(pattern.host), path, action)
    }
    case 'organization':
      return grants.organizations.get(pattern.organization)?.has(action) === true
    case 'installation':
      return grants.installation.has(action)
  }
}

type Index = GrantSet['under'] extends ReadonlyMap<OrganizationId, infer Value> ? Value : never

/** Whether a grant at `path` itself, or below one of the prefixes it lies under, gives the action. */
function covers(index: Index | undefined, path: string, action: Action): boolean {
  if (index === undefined) return false
  const has = (key: string): boolean => index.entries.get(key)?.has(action) === true
  if (has('') || has(path)) return true
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    if (has(path.slice(0, slash + 1))) return true
  }
  return false
}
