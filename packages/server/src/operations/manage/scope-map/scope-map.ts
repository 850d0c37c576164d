import { parseScopeMapName, type AccountName } from '@wharden/policy'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageView, type Paging } from '../page.ts'
import { requireName } from '../require-name.ts'
import type { WrittenRule } from '../rules.ts'
import { requireSignedIn } from '../signed-in.ts'
import { addScopeMap } from './add-scope-map.ts'
import { requireDescription } from './require-description.ts'
import { requireScopeMap } from './require-scope-map.ts'
import { readScopeMapRules } from './scope-map-rules.ts'
import { scopeMapView } from './scope-map-view.ts'

type InOrganization = { readonly organization: AccountName }
type One = InOrganization & { readonly scopeMap: string }

/** @throws {AppError} `conflict` if the name is taken, `denied` for rights the caller doesn't hold, `limit-reached` */
export async function createScopeMap(
  house: House,
  caller: Caller,
  input: InOrganization & {
    readonly name: string
    readonly description: string
    readonly repositories: readonly WrittenRule[]
  },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const { description } = input
  const name = requireName(parseScopeMapName(input.name))
  requireDescription(description)
  const rules = readScopeMapRules(input.repositories)
  const actor = await actorOf(house, caller)
  const created = await house.store.change(organization.id, actor, async (tx) =>
    addScopeMap(tx, organization, requireSignedIn(caller), { name, description, rules }),
  )
  return scopeMapView(organization, created, await house.store.read.scopeMaps.rules(created.id), 0)
}

export async function listScopeMaps(house: House, caller: Caller, input: InOrganization & Paging) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const { credentials, scopeMaps } = house.store.read
  const page = await scopeMaps.list(organization.id, {
    limit: input.limit,
    last: input.after,
  })
  const ids = page.items.map(({ id }) => id)
  const rules = await scopeMaps.rulesOfMany(ids)
  const tokens = await credentials.countByScopeMap(ids)
  return pageView(
    page,
    (scopeMap) =>
      scopeMapView(organization, scopeMap, rules.get(scopeMap.id) ?? [], tokens.get(scopeMap.id) ?? 0),
    ({ name }) => name,
  )
}

export async function showScopeMap(house: House, caller: Caller, input: One) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const { read } = house.store
  const scopeMap = await requireScopeMap(read, organization, input.scopeMap)
  const tokens = await read.credentials.count({ scopeMap: scopeMap.id })
  return scopeMapView(organization, scopeMap, await read.scopeMaps.rules(scopeMap.id), tokens)
}
