import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ScopeMapRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { requireHeld } from '../held.ts'
import { requireRoom, requireWithin } from '../plan.ts'
import type { ReadRule } from '../rules.ts'
import type { SignedIn } from '../signed-in.ts'
import { bindScopeMapRules, entriesIn } from './scope-map-rules.ts'
import { scopeMapState } from './scope-map-view.ts'

/** The part of a change that adds a scope map. @throws {AppError} `conflict`, `denied`, `limit-reached` */
export async function addScopeMap(
  tx: ChangeNouns,
  organization: OrganizationRecord,
  giver: SignedIn,
  {
    name,
    description,
    rules,
  }: { readonly name: string; readonly description: string; readonly rules: readonly ReadRule[] },
): Promise<ScopeMapRecord> {
  requireWithin(organization, 'repositories and actions of a scope map', entriesIn(rules))
  await requireRoom(organization, 'scope maps', () => tx.scopeMaps.count(organization.id))
  const bound = await bindScopeMapRules(tx, organization.id, rules)
  requireHeld(giver, bound)
  const scopeMap = await tx.scopeMaps.create({
    organization: organization.id,
    name,
    description,
    rules: bound,
  })
  if (scopeMap === undefined) {
    throw new AppError('conflict', `\`${organization.name}\` has a scope map \`${name}\` already`, {
      field: 'name',
    })
  }
  await tx.record(
    toStored({
      type: 'scope_map_created',
      subject: `scope-map/${organization.name}/${name}`,
      after: scopeMapState(scopeMap, await tx.scopeMaps.rules(scopeMap.id)),
    }),
  )
  return scopeMap
}
