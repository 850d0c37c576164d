import { parseRepositoryName, type Scope, type ScopeAction } from '@wharden/oci'
import { parseAccountName } from '@wharden/policy'
import type { GuardRecord } from '../stores/metadata/port/installation.ts'
import { mayAll, resourceOf } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** What a registry that verifies tokens by itself knows. It has no words for metadata. */
const ACTIONS = ['pull', 'push', 'delete'] as const

/**
 * What of the scopes asked for is granted now, by exact name: all that a registry we guard from outside will ever look at.
 * Decided one by one by the same `decide` as everything else.
 */
export async function guardAccess(
  house: House,
  caller: Caller,
  guard: GuardRecord,
  asked: readonly Scope[],
): Promise<readonly Scope[]> {
  const granted: Scope[] = []
  for (const scope of asked) {
    if (scope.type !== 'repository') continue
    const target = await guardedTarget(house, guard, scope)
    if (target === undefined) continue
    const resource = resourceOf(target)
    const known = { repository: target.repository }
    const everything = scope.actions.includes('*')
    const actions: ScopeAction[] = []
    for (const action of ACTIONS) {
      const wanted = everything || scope.actions.includes(action)
      if (wanted && (await mayAll(house, caller, action, resource, known))) actions.push(action)
    }
    // Distribution before 2.7 wants the asterisk itself for deleting.
    if (everything && actions.length === ACTIONS.length) actions.push('*')
    if (actions.length > 0) granted.push({ ...scope, actions })
  }
  return granted
}

/** The guard's organization names its repositories; without one, the first component of the name does. */
async function guardedTarget(
  house: House,
  guard: GuardRecord,
  { name: asked }: Extract<Scope, { readonly type: 'repository' }>,
): Promise<Extract<Target, { readonly type: 'ours' }> | undefined> {
  const slash = asked.indexOf('/')
  const owner =
    guard.organization === undefined
      ? undefined
      : await house.caches.organizationsById.get(guard.organization)
  const inner = owner === undefined ? parseRepositoryName(asked.slice(slash + 1)) : parseRepositoryName(asked)
  if (inner.type === 'error') return undefined
  const organization =
    owner ?? (slash === -1 ? undefined : await organizationNamed(house, asked.slice(0, slash)))
  if (organization === undefined) return undefined
  const repository = await house.caches.repositories.get(`${organization.id}/${inner.value}`)
  return { type: 'ours', asked, fullName: asked, organization, name: inner.value, repository }
}

async function organizationNamed(house: House, text: string) {
  const name = parseAccountName(text)
  return name.type === 'ok' ? house.caches.organizations.get(name.value) : undefined
}
