import {
  SCOPE_MAP_RIGHTS,
  type AccountName,
  type OrganizationId,
  type RepositoryAction,
} from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { OrganizationRecord } from '../../stores/metadata/port/accounts.ts'
import type { RuleRecord, ScopeMapRecord } from '../../stores/metadata/port/credentials.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { requireOrganization } from './find-organization.ts'
import { requireHeld } from './held.ts'
import { pageView, type Paging } from './page.ts'
import { requireWithin } from './plan.ts'
import { bindRules, readRules, writtenRules, type ReadRule, type WrittenRule } from './rules.ts'
import { requireSignedIn, type SignedIn } from './signed-in.ts'
import { instant } from './time.ts'

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
  const { name, description } = input
  if (name.startsWith('_')) {
    throw new AppError('invalid', 'names that begin with `_` are the system’s; choose another', {
      field: 'name',
    })
  }
  const rules = readScopeMapRules(input.repositories)
  const actor = await actorOf(house, caller)
  const created = await house.store.change(organization.id, actor, async (tx) =>
    addScopeMap(tx, organization, requireSignedIn(caller), { name, description, rules }),
  )
  return scopeMapView(house, organization, created)
}

/** @throws {AppError} `invalid`, naming the line */
export function readScopeMapRules(written: readonly WrittenRule[]): readonly ReadRule[] {
  return readRules(written, 'repositories').map((rule, index) => {
    if (rule.selector.type === 'ours') return rule
    throw new AppError('invalid', 'a scope map holds repositories of its own organization only', {
      field: `repositories.${index}.repository`,
    })
  })
}

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
  const entries = rules.reduce((sum, { permissions }) => sum + permissions.length, 0)
  requireWithin(organization, 'repositories and actions of a scope map', entries)
  requireWithin(organization, 'scope maps', (await tx.scopeMaps.count(organization.id)) + 1)
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
      after: stateOf(scopeMap, await tx.scopeMaps.rules(scopeMap.id)),
    }),
  )
  return scopeMap
}

export function bindScopeMapRules(tx: ChangeNouns, organization: OrganizationId, rules: readonly ReadRule[]) {
  return bindRules(tx, organization, rules, (permission) =>
    isRepositoryAction(permission) ? SCOPE_MAP_RIGHTS[permission] : undefined,
  )
}

function isRepositoryAction(text: string): text is RepositoryAction {
  return Object.hasOwn(SCOPE_MAP_RIGHTS, text)
}

export async function listScopeMaps(house: House, caller: Caller, input: InOrganization & Paging) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const page = await house.store.read.scopeMaps.list(organization.id, {
    limit: input.limit,
    last: input.after,
  })
  const views = await Promise.all(page.items.map((scopeMap) => scopeMapView(house, organization, scopeMap)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ name }) => name,
  )
}

export async function showScopeMap(house: House, caller: Caller, input: One) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  return scopeMapView(house, organization, await requireScopeMap(house, organization, input.scopeMap))
}

/** @throws {AppError} `conflict` for one of the system's */
export async function deleteScopeMap(house: House, caller: Caller, input: One): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const { id, name, system } = await requireScopeMap(house, organization, input.scopeMap)
  if (system) throw new AppError('conflict', `\`${name}\` is the system’s and can't be deleted`)
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await tx.scopeMaps.byId(id)
    const rules = await tx.scopeMaps.rules(id)
    if (before === undefined) throw unknown(organization, name)
    if (!(await tx.scopeMaps.delete(id))) {
      throw new AppError(
        'conflict',
        `tokens still use \`${name}\`; delete them, or give them another scope map, first`,
      )
    }
    await tx.record(
      toStored({
        type: 'scope_map_deleted',
        subject: `scope-map/${organization.name}/${name}`,
        before: stateOf(before, rules),
      }),
    )
  })
}

/** @throws {AppError} `not-found` */
async function requireScopeMap(
  house: House,
  organization: OrganizationRecord,
  name: string,
): Promise<ScopeMapRecord> {
  const scopeMap = await house.store.read.scopeMaps.byName(organization.id, name)
  if (scopeMap === undefined) throw unknown(organization, name)
  return scopeMap
}

function unknown(organization: OrganizationRecord, name: string): AppError {
  return new AppError('not-found', `\`${organization.name}\` has no scope map \`${name}\``)
}

async function scopeMapView(house: House, organization: OrganizationRecord, scopeMap: ScopeMapRecord) {
  const { name, description, system, createdAt } = scopeMap
  return {
    name,
    organization: organization.name,
    type: system ? ('system-defined' as const) : ('user-defined' as const),
    description,
    repositories: writtenRules<RepositoryAction>(await house.store.read.scopeMaps.rules(scopeMap.id)),
    createdAt: instant(createdAt),
  }
}

function stateOf({ description }: ScopeMapRecord, rules: readonly RuleRecord[]): JsonObject {
  return { description, repositories: writtenRules(rules) }
}
