import type { CredentialRecord } from '../stores/metadata/port/credentials.ts'
import type { KnownCredential } from './known-credential.ts'

/** Whether what was issued under a session version still holds: the present one, or while a secret is being replaced the one before. */
export function holds(
  { sessionVersion, overlapUntil }: CredentialRecord,
  version: number,
  now: number,
): boolean {
  if (version === sessionVersion) return true
  return version === sessionVersion - 1 && overlapUntil !== undefined && now < overlapUntil
}

/** The credential as something older proves it: what is issued by that ends when that does. */
export function provenUnder(known: KnownCredential, sessionVersion: number): KnownCredential {
  if (known.record.sessionVersion === sessionVersion) return known
  return { ...known, record: { ...known.record, sessionVersion } }
}
