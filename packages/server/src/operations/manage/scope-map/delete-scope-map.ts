import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireOwnScopeMap } from './require-scope-map.ts'
import { scopeMapState } from './scope-map-view.ts'

/**
 * Deletes a scope map. Its tokens stay, and may do nothing until they are given another.
 * @throws {AppError} `conflict` for one of the system's
 */
export async function deleteScopeMap(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName; readonly scopeMap: string },
): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const scopeMap = await requireOwnScopeMap(tx, organization, input.scopeMap)
    const { id, name } = scopeMap
    const tokens = await tx.credentials.count({ scopeMap: id })
    const before = { ...scopeMapState(scopeMap, await tx.scopeMaps.rules(id)), tokens }
    await tx.scopeMaps.delete(id)
    await tx.record(
      toStored({ type: 'scope_map_deleted', subject: `scope-map/${organization.name}/${name}`, before }),
    )
  })
}
