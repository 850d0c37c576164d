import type { CredentialId, UserId } from '@wharden/policy'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { sessionsOf } from './sessions-of.ts'

/**
 * The part of a change that signs a user out everywhere.
 * @param except the one session that goes on
 * @returns how many ended
 */
export async function endSessions(tx: ChangeNouns, user: UserId, except?: CredentialId): Promise<number> {
  const ending = (await sessionsOf(tx.credentials, user)).filter(({ id }) => id !== except)
  for (const { id } of ending) await tx.credentials.delete(id)
  return ending.length
}
