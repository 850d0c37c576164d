import type { CredentialId, UserId } from '@wharden/policy'
import type { ChangeNouns } from '../../stores/metadata/port.ts'

/** The part of a change that signs a user out everywhere. */
export async function endSessions(tx: ChangeNouns, user: UserId): Promise<void> {
  const ids: CredentialId[] = []
  let more = true
  while (more) {
    const page = await tx.credentials.list({ kind: 'session', user }, { limit: 1_000, last: ids.at(-1) })
    ids.push(...page.items.map(({ id }) => id))
    more = page.more
  }
  for (const id of ids) await tx.credentials.delete(id)
}
