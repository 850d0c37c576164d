import type { RepositoryName, Scope, ScopeAction } from '@wharden/oci'
import { REPOSITORY_ACTIONS, SCOPE_ACTION, type RepositoryAction } from '@wharden/policy'
import { AppError } from '../errors.ts'
import { mayDo } from './authorize.ts'
import { resourceOf } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { resolveTarget, type Target } from './target.ts'

/**
 * What of the scopes asked for is granted at this moment, for clients that want to be told (RFC 6749 §5.1). Nothing hangs
 * on it: our own registry decides anew at each request.
 */
export async function grantedScopes(
  house: House,
  caller: Caller,
  asked: readonly Scope[],
): Promise<readonly Scope[]> {
  const granted: Scope[] = []
  for (const scope of asked) {
    if (scope.type === 'registry') granted.push(scope)
    else {
      const actions = await grantedActions(house, caller, scope.name, scope.actions)
      if (actions.length > 0) granted.push({ ...scope, actions })
    }
  }
  return granted
}

async function grantedActions(
  house: House,
  caller: Caller,
  name: RepositoryName,
  asked: readonly ScopeAction[],
): Promise<readonly ScopeAction[]> {
  const target = await targetOf(house, caller, name)
  if (target === undefined) return []
  const known = { repository: target.type === 'ours' ? target.repository : undefined }
  const held: RepositoryAction[] = []
  for (const action of REPOSITORY_ACTIONS)
    if (asked.includes('*') || asked.includes(SCOPE_ACTION[action]))
      if (await mayDo(house, caller, action, resourceOf(target), known)) held.push(action)
  return held.length === REPOSITORY_ACTIONS.length && asked.includes('*')
    ? ['*']
    : held.map((action) => SCOPE_ACTION[action])
}

/** A name that can stand for nothing at this site is granted to nobody. */
async function targetOf(house: House, caller: Caller, name: RepositoryName): Promise<Target | undefined> {
  try {
    return await resolveTarget(house, caller.context.site, name)
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'name-invalid') return undefined
    throw cause
  }
}
