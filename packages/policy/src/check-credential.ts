import { denied, NOTHING, type Check } from './asking.ts'

/** Is the credential good, now and for those who govern? */
export const checkCredential: Check = ({ question, facts, governing, now }) => {
  if (question.principal.type === 'anonymous') return NOTHING
  const { credential } = facts
  if (credential === undefined) return [denied({ type: 'missing-fact', fact: 'credential' })]
  if (credential.type !== 'active') return [denied({ type: 'credential', problem: credential.type })]
  if (credential.expires !== undefined && now >= credential.expires) {
    return [denied({ type: 'credential', problem: 'expired', expired: credential.expires })]
  }
  const barring = governing.find((organization) => credential.barred?.includes(organization))
  return barring === undefined
    ? NOTHING
    : [denied({ type: 'credential', problem: 'barred', organization: barring })]
}
