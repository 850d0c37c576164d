import type { KnownCredential } from './known-credential.ts'

/** What a token of ours says of the proof that it was issued for. */
export type Proven = {
  /** The credential's session version then. */
  readonly version: number
  /** The mark of a registry token's password. */
  readonly password?: string | undefined
}

/** What of a credential logins stand on. */
type Standing = {
  readonly record: Pick<KnownCredential['record'], 'sessionVersion' | 'overlapUntil'>
  readonly passwords: KnownCredential['passwords']
}

/**
 * Why what was issued for a proof holds no more, in words for whoever brings it; undefined while it holds: under the present
 * session version, or while a secret is being replaced the one before; and of a registry token by a password that it still has.
 */
export function endOfLogin(
  { record, passwords }: Standing,
  { version, password }: Proven,
  now: number,
): string | undefined {
  if (passwords !== undefined) {
    if (password === undefined || !passwords.has(password))
      return 'the password of this login was replaced or deleted'
    const end = passwords.get(password)
    if (end !== undefined && end <= now) return 'the password of this login has expired'
  }
  const { sessionVersion, overlapUntil } = record
  if (version === sessionVersion) return undefined
  const overlaps = version === sessionVersion - 1 && overlapUntil !== undefined && now < overlapUntil
  return overlaps ? undefined : 'this login was ended'
}

export function holds(known: Standing, proven: Proven, now: number): boolean {
  return endOfLogin(known, proven, now) === undefined
}

/** The credential as something older, or one password of it, proves it: what is issued by that ends when that does. */
export function provenUnder(known: KnownCredential, { version, password }: Proven): KnownCredential {
  if (known.record.sessionVersion === version && known.provenBy === password) return known
  return { ...known, provenBy: password, record: { ...known.record, sessionVersion: version } }
}
