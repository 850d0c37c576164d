import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import { instant } from './time.ts'

/** Somebody who belongs to something since then, as the API shows them. */
export function personView({
  user: { name, displayName },
  since,
}: {
  readonly user: UserRecord
  readonly since: number
}) {
  return { user: name, displayName, since: instant(since) }
}
