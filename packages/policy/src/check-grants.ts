import { allowed, denied, NOTHING, type Asking, type Check, type Finding } from './asking.ts'
import { HOST_ACTIONS } from './action.ts'
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

function held({ question, facts, governing }: Asking): readonly Finding[] {
  const { principal, action, resource } = question
  const rules = grantingRules(principal, action, resource, facts, governing)
  if (rules.length > 0) return rules.map((rule) => allowed({ type: 'grant', rule }))
  if (isPublicUnknown(principal, action, resource, facts)) {
    return [denied({ type: 'missing-fact', fact: 'repository' })]
  }
  return [denied({ type: 'grant', held: grantedActions(principal, resource, facts, governing) })]
}

function isUngoverned({ question: { resource }, governing }: Asking): boolean {
  return governing.length === 0 && resource.type !== 'installation'
}
