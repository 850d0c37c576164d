import type { UserId } from '@wharden/policy'
import type { CredentialReader, CredentialRecord } from '../../../stores/metadata/port/credentials.ts'

/** All of a user's sessions, in the order of signing in; those that have expired may be among them. */
export async function sessionsOf(
  credentials: CredentialReader,
  user: UserId,
): Promise<readonly CredentialRecord[]> {
  const found: CredentialRecord[] = []
  for (let more = true; more;) {
    const last = found.at(-1)?.id
    const page = await credentials.list({ kind: 'session', user }, { limit: 1_000, last })
    found.push(...page.items)
    more = page.more
  }
  return found
}
