import { isDeepStrictEqual } from 'node:util'
import { scopeMapNameOf, type OrganizationId } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { RuleRecord, ScopeMapRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { giftOf } from '../gift-of.ts'
import { requireHeld } from '../held.ts'
import { writtenRules, type WrittenRule } from '../rules.ts'
import { addScopeMap } from '../scope-map/add-scope-map.ts'
import { bindScopeMapRules, readScopeMapRules } from '../scope-map/scope-map-rules.ts'
import type { SignedIn } from '../signed-in.ts'

/** What a registry token may do: an existing scope map, or repositories, which make one of its own. */
export type RegistryRights =
  | { readonly type: 'scope-map'; readonly scopeMap: string }
  | { readonly type: 'repositories'; readonly repositories: readonly WrittenRule[] }

/** The part of a change that finds or makes a registry token's scope map. @throws {AppError} */
export async function scopeMapFor(
  tx: ChangeNouns,
  organization: OrganizationRecord,
  giver: SignedIn,
  { name: token, rights }: { readonly name: string; readonly rights: RegistryRights },
): Promise<ScopeMapRecord> {
  if (rights.type === 'scope-map')
    return existing(tx, organization, giver, rights.scopeMap, 'rights.scopeMap')
  const name = scopeMapNameOf(token)
  const found = await tx.scopeMaps.byName(organization.id, name)
  if (found === undefined) {
    const rules = readScopeMapRules(rights.repositories)
    const description = `made for the token ${token}`
    return addScopeMap(tx, organization, giver, { name, description, rules })
  }
  const rules = await tx.scopeMaps.rules(found.id)
  if (!saySame(writtenRules(rules), rights.repositories)) {
    throw new AppError(
      'conflict',
      `the scope map \`${name}\` exists and says something else; name it as the token's scope map, or delete it first`,
      { field: 'rights.repositories' },
    )
  }
  await requireFresh(tx, organization.id, name, rules, rights.repositories)
  return existing(tx, organization, giver, name, 'rights.repositories')
}

/** The part of a change that gives an existing scope map to a token. @throws {AppError} `invalid`, `denied` */
export async function existing(
  tx: ChangeNouns,
  organization: Pick<OrganizationRecord, 'id' | 'name'>,
  giver: SignedIn,
  name: string,
  field: string,
): Promise<ScopeMapRecord> {
  const scopeMap = await tx.scopeMaps.byName(organization.id, name)
  if (scopeMap === undefined) {
    const missing = `\`${organization.name}\` has no scope map \`${name}\``
    throw new AppError('invalid', `${missing}: create it first, or name one that is there`, { field })
  }
  const rules = await tx.scopeMaps.rules(scopeMap.id)
  requireHeld(
    giver,
    rules.map((rule) => giftOf(organization.id, rule)),
  )
  return scopeMap
}

/**
 * A map that says the same may be bound to repositories that are gone, whose names others have: whoever names them now means
 * those, and the map's other tokens are not to come by them.
 * @throws {AppError} `conflict`
 */
async function requireFresh(
  tx: ChangeNouns,
  organization: OrganizationId,
  name: string,
  rules: readonly RuleRecord[],
  written: readonly WrittenRule[],
): Promise<void> {
  const bound = await bindScopeMapRules(tx, organization, readScopeMapRules(written))
  const other = bound.find(({ pattern }) => !rules.some((rule) => isDeepStrictEqual(rule.pattern, pattern)))
  if (other === undefined) return
  const [repository = ''] = other.label.split(' ')
  throw new AppError(
    'conflict',
    `the scope map \`${name}\` is for the \`${repository}\` that was deleted, not for the one of now; delete the map first, or add the repository to it again`,
    { field: 'rights.repositories' },
  )
}

/** As `az acr token create` does: the same set of repositories and actions is the same map, whatever the order. */
function saySame(one: readonly WrittenRule[], other: readonly WrittenRule[]): boolean {
  const entriesOf = (rules: readonly WrittenRule[]): ReadonlySet<string> =>
    new Set(
      rules.flatMap(({ repository, permissions }) =>
        permissions.map((permission) => `${repository} ${permission}`),
      ),
    )
  const entries = entriesOf(one)
  const others = entriesOf(other)
  return entries.size === others.size && [...entries].every((entry) => others.has(entry))
}
