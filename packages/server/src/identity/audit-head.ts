/**
 * The head of an audit chain, signed: whoever keeps it can tell later that nothing up to there was changed or cut off,
 * even by somebody with the database in hand. Of a type of its own, so that it is never taken for a token.
 */
import { signCompact } from './jws.ts'
import type { SigningKey } from './signing-key.ts'

const TYPE = 'whd-audit-head+jwt'

export type AuditHead = {
  /** Whose chain: the organization's id, or the installation's. */
  readonly chain: string
  /** How many events it has. */
  readonly events: number
  /** Hex SHA-256 of the last one, and through it of all. */
  readonly head: string
}

/**
 * A compact JWS (RFC 7515) by the key that signs registry tokens, whose public half `/api/v1/keys` gives: keep both, for
 * keys are replaced every few months. `now` in milliseconds since 1970.
 */
export function signAuditHead(
  key: SigningKey<'access'>,
  issuer: string,
  head: AuditHead,
  now: number,
): string {
  return signCompact(key, TYPE, { iss: issuer, iat: Math.floor(now / 1000), ...head })
}
