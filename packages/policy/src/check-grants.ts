import { allowed, denied, NOTHING, type Asking, type Check, type Finding } from './asking.ts'
import { HOST_ACTIONS } from './action.ts'
import type { Denial, Question } from './decision.ts'
import { grantedActions, grantingRules, isPublicUnknown } from './granted.ts'

/**
 * Does the principal hold the action? Hosts are held by nobody: reaching one is a matter of policy alone. Asked
 * before anything else is looked up, so that who holds nothing learns nothing, not even what exists.
 */
export const checkGrants: Check = (asking) => {
  const { action, resource } = asking.question
  if (isUngoverned(asking)) return [denied({ type: 'ungoverned' })]
  if (resource.type === 'host') {
    return HOST_ACTIONS.some((known) => known === action) ? NOTHING : [denied({ type: 'grant', held: [] })]
  }
  return held(asking)
}

function held(asking: Asking): readonly Finding[] {
  const { question, facts, governing } = asking
  const { principal, action, resource } = question
  const rules = grantingRules(principal, action, resource, facts, governing)
  if (rules.length > 0) return rules.map((rule) => allowed({ type: 'grant', rule }))
  if (isPublicUnknown(principal, action, resource, facts)) {
    return [denied({ type: 'missing-fact', fact: 'repository' })]
  }
  const instead = grantedActions(principal, resource, facts, governing)
  const person = personLacks(question)
  const mapless = facts.credential?.type === 'active' && facts.credential.withoutScopeMap === true
  return [denied({ type: 'grant', held: instead, person, ...(mapless && { withoutScopeMap: true }) })]
}

/** What no token of theirs would change: an organization that isn't there, too, is one that they are no member of. */
function personLacks({
  principal,
  action,
  resource,
}: Question): Extract<Denial, { readonly type: 'grant' }>['person'] {
  if (principal.type === 'anonymous' || principal.user === undefined || resource.type !== 'repository')
    return undefined
  const { organization } = resource
  if (!principal.memberships.some((membership) => membership.organization === organization))
    return 'no-member'
  const admitted = principal.kind === 'session' || principal.admits?.includes(action) === true
  return admitted ? 'without-rights' : undefined
}

function isUngoverned({ question: { resource }, governing }: Asking): boolean {
  return governing.length === 0 && resource.type !== 'installation'
}
