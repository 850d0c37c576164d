import type { KnownCredential } from './known-credential.ts'

/** What a token of ours says of the proof that it was issued for. */
export type Proven = {
  /** The credential's session version then. */
  readonly version: number
  /** The mark of a registry token's password. */
  readonly password?: string | undefined
}

/**
 * Whether what was issued for a proof still holds: under the present session version, or while a secret is being replaced
 * the one before; and of a registry token by a password that it still has.
 */
export function holds(
  { record, passwords }: KnownCredential,
  { version, password }: Proven,
  now: number,
): boolean {
  if (passwords !== undefined) {
    if (password === undefined || !passwords.has(password)) return false
    const end = passwords.get(password)
    if (end !== undefined && end <= now) return false
  }
  const { sessionVersion, overlapUntil } = record
  if (version === sessionVersion) return true
  return version === sessionVersion - 1 && overlapUntil !== undefined && now < overlapUntil
}

/** Why what was issued for a proof holds no more, in words for whoever brings it. */
export function endOfLogin(
  { passwords }: Pick<KnownCredential, 'passwords'>,
  { password = '' }: Pick<Proven, 'password'>,
  now: number,
): string {
  if (passwords === undefined) return 'this login was ended'
  if (!passwords.has(password)) return 'the password of this login was replaced or deleted'
  const end = passwords.get(password)
  return end !== undefined && end <= now ? 'the password of this login has expired' : 'this login was ended'
}

/** The credential as something older, or one password of it, proves it: what is issued by that ends when that does. */
export function provenUnder(known: KnownCredential, { version, password }: Proven): KnownCredential {
  if (known.record.sessionVersion === version && known.provenBy === password) return known
  return { ...known, provenBy: password, record: { ...known.record, sessionVersion: version } }
}
