import { denied, NOTHING, type Check } from './asking.ts'

/** Is there a pull left? */
export const checkQuota: Check = ({ question: { action }, facts: { quota } }) => {
  if (action !== 'content/read') return NOTHING
  if (quota === undefined) return [denied({ type: 'missing-fact', fact: 'quota' })]
  if (quota.type === 'unlimited' || quota.remaining > 0) return NOTHING
  return [denied({ type: 'quota', limit: quota.limit, resets: quota.resets })]
}
