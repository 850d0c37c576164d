import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireHeld } from '../held.ts'
import { requireWithin } from '../plan.ts'
import { writtenRules, type WrittenRule } from '../rules.ts'
import { requireSignedIn } from '../signed-in.ts'
import { bindLines } from './bind-lines.ts'
import { changeLines, type LineChange } from './change-lines.ts'
import { requireDescription } from './require-description.ts'
import { requireOwnScopeMap } from './require-scope-map.ts'
import { entriesIn, readScopeMapRules } from './scope-map-rules.ts'
import { scopeMapState, scopeMapView } from './scope-map-view.ts'

export type ScopeMapChange = {
  readonly description?: string | undefined
  readonly repositories?: readonly WrittenRule[] | undefined
  readonly add?: readonly WrittenRule[] | undefined
  readonly remove?: readonly WrittenRule[] | undefined
}

/**
 * Changes what a scope map permits, for all of its tokens at their next request. What is there is read in the change itself:
 * of two at the same time neither undoes the other.
 * @throws {AppError} `invalid`, `denied` for what is added and the caller doesn't hold, `conflict`, `limit-reached`
 */
export async function updateScopeMap(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName; readonly scopeMap: string } & ScopeMapChange,
) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const change = readChange(input)
  return house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const scopeMap = await requireOwnScopeMap(tx, organization, input.scopeMap)
    const present = await tx.scopeMaps.rules(scopeMap.id)
    const lines = changeLines(scopeMap.name, writtenRules(present), change)
    const entries = entriesIn(lines)
    if (entries > entriesIn(writtenRules(present)))
      requireWithin(organization, 'repositories and actions of a scope map', entries)
    const { rules, gifts } = await bindLines(tx, organization.id, present, lines)
    requireHeld(requireSignedIn(caller), gifts)
    const after = await tx.scopeMaps.update(scopeMap.id, { description: input.description, rules })
    if (after === undefined) throw new Error('the tenant’s row is held: the map can’t go')
    const kept = await tx.scopeMaps.rules(scopeMap.id)
    await tx.record(
      toStored({
        type: 'scope_map_updated',
        subject: `scope-map/${organization.name}/${scopeMap.name}`,
        before: scopeMapState(scopeMap, present),
        after: scopeMapState(after, kept),
      }),
    )
    return scopeMapView(organization, after, kept, await tx.credentials.count({ scopeMap: after.id }))
  })
}

function readChange({ description, repositories, add, remove }: ScopeMapChange): LineChange {
  if (description !== undefined) requireDescription(description)
  if (repositories !== undefined && (add !== undefined || remove !== undefined)) {
    throw new AppError(
      'invalid',
      '`repositories` stand instead of all there are: say either that, or `add` and `remove`',
      { field: 'repositories' },
    )
  }
  return {
    repositories: repositories && readScopeMapRules(repositories),
    add: add && readScopeMapRules(add, 'add'),
    remove: remove && readScopeMapRules(remove, 'remove'),
  }
}
