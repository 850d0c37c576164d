import { denied, NOTHING, type Check } from './asking.ts'
import type { AgeLimit, CredentialFact } from './facts.ts'

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
  if (barring !== undefined) return [denied({ type: 'credential', problem: 'barred', organization: barring })]
  const tooOld = outgrown(credential, now).find(({ organization }) => governing.includes(organization))
  if (tooOld === undefined) return NOTHING
  const { organization, days } = tooOld
  return [denied({ type: 'credential', problem: 'too-old', organization, days })]
}

/** Where it isn't let in any more, as it is older than credentials of its kind may be there. */
export function outgrown(
  { ageLimits = [] }: Extract<CredentialFact, { type: 'active' }>,
  now: number,
): readonly AgeLimit[] {
  return ageLimits.filter(({ until }) => now >= until)
}
