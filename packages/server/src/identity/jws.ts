/**
 * Signed compact JWS (RFC 7515) as our token families use it: three parts, ES256, a key of ours named by `kid`.
 *
 * Nothing in a header is believed but `kid`, `typ` and `alg`, and the latter two only to be equal to what we expect
 * (RFC 8725 §3.1, §3.11): an embedded `jwk`, `jku`, `x5u` or `x5c` is never looked at (CVE-2025-24976).
 * Written on node:crypto because it is on the path of every pull: libraries cost three to five times as much.
 */
import { sign, verify } from 'node:crypto'
import { error, ok, type Result } from '@wharden/oci'
import type { KeySet, SigningKey, VerificationKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'

/** Characters. Before anything is split or decoded (CVE-2025-30204): what a header of a request may hold, and no more. */
export const TOKEN_MAX_LENGTH = 8192

export type VerifiedPayload = { readonly payload: unknown; readonly kid: string }

const PART = /^[A-Za-z0-9_-]+$/
const SIGNATURE_BYTES = 64
/** RFC 7518 §3.4: the two numbers side by side, not DER. */
const ENCODING = 'ieee-p1363'

/** `kid` is the key's thumbprint, unless the reader wants another name for it. */
export function signCompact(key: SigningKey, typ: string, payload: object, kid: string = key.kid): string {
  const signed = `${encode({ alg: key.algorithm, typ, kid })}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: ENCODING })
  return `${signed}.${signature.toString('base64url')}`
}

/** The payload of a token of one type, signed by a key of one set. What it says hasn't been looked at. Never throws. */
export function verifyCompact(
  keys: KeySet,
  typ: string,
  token: string,
): Result<VerifiedPayload, TokenProblem> {
  if (token.length > TOKEN_MAX_LENGTH) return error({ type: 'too-long' })
  const parts = token.split('.')
  if (parts.length === 5) return error({ type: 'encrypted' })
  const [header, payload, signature] = parts
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return error({ type: 'malformed', part: 'token' })
  }
  const key = keyFor(keys, typ, header)
  if (key.type === 'error') return key
  if (!isSignedBy(key.value, `${header}.${payload}`, signature)) return error({ type: 'wrong-signature' })
  const claims = decode(payload)
  return claims === undefined
    ? error({ type: 'malformed', part: 'payload' })
    : ok({ payload: claims, kid: key.value.kid })
}

/** What a token says it is: nothing of it has been verified. */
export function declaredType(token: string): unknown {
  return token.length > TOKEN_MAX_LENGTH ? undefined : decode(token.split('.', 1)[0] ?? '')?.['typ']
}

function keyFor(keys: KeySet, typ: string, part: string): Result<VerificationKey, TokenProblem> {
  const header = decode(part)
  if (header === undefined) return error({ type: 'malformed', part: 'header' })
  if ('enc' in header) return error({ type: 'encrypted' })
  // RFC 7515 §4.1.11: what must be understood isn't. (An unencoded payload, `b64`, comes by this way too.)
  if ('crit' in header) return error({ type: 'critical-header' })
  if (header['typ'] !== typ) return error({ type: 'wrong-type' })
  const kid = header['kid']
  const key = typeof kid === 'string' ? keys.verifying.get(kid) : undefined
  if (key === undefined) return error({ type: 'unknown-key' })
  return header['alg'] === key.algorithm ? ok(key) : error({ type: 'wrong-algorithm' })
}

function isSignedBy(key: VerificationKey, signed: string, part: string): boolean {
  const signature = Buffer.from(part, 'base64url')
  // The text must be the one way to write these bytes, so that a token has one text.
  if (signature.length !== SIGNATURE_BYTES || signature.toString('base64url') !== part) return false
  return verify('sha256', Buffer.from(signed), { key: key.publicKey, dsaEncoding: ENCODING }, signature)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A JSON object, or `undefined` for whatever else the part holds. */
function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!PART.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
