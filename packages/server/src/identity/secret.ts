/**
 * The secrets we give out: `whd_<kind>_<30 random base62 characters><6 checksum characters>`.
 *
 * The kind says what a found secret opens; the underscores let a double click select all of it; the checksum (CRC-32 over everything
 * before it, so a kind can't be swapped either) turns away typing errors, cut pastes and made-up secrets before any look-up.
 * It proves nothing: the look-up by SHA-256 does. 30 characters carry 178 bits, which is why a fast hash is enough.
 */
import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Brand } from '@wharden/oci'
import { secret, type Secret } from '@wharden/system'

/** Every kind there is. `basicPassword`: whether `docker login` takes it as its password. */
export const SECRET_KINDS = {
  pat: { name: 'personal access token', basicPassword: true },
  oat: { name: 'organization access token', basicPassword: true },
  rgt: { name: 'registry token', basicPassword: true },
  spn: { name: 'service principal’s secret', basicPassword: true },
  ses: { name: 'session', basicPassword: false },
  rfr: { name: 'session renewal', basicPassword: false },
  set: { name: 'set-up link', basicPassword: false },
  inv: { name: 'invitation', basicPassword: false },
  scm: { name: 'SCIM token', basicPassword: false },
} as const satisfies Record<string, { readonly name: string; readonly basicPassword: boolean }>

export type SecretKind = keyof typeof SECRET_KINDS

/** The lower-case hexadecimal SHA-256 of a secret: what stores keep and look up by. */
export type SecretHash = Brand<string, 'SecretHash'>

/** A well-formed secret: of a known kind, its checksum right. Nobody may have been given it. */
export type PresentedSecret = { readonly kind: SecretKind; readonly hash: SecretHash }

/** A new secret; `text` is shown once and kept nowhere. `hint` is its last characters, to tell it from others in a list. */
export type MintedSecret = PresentedSecret & { readonly text: Secret; readonly hint: string }

export type RandomSource = (size: number) => Uint8Array

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 30
const CHECKSUM_LENGTH = 6
/** Bytes from here on would make the first characters of the alphabet likelier. */
const UNBIASED = 256 - (256 % ALPHABET.length)
const SHAPE = /^whd_([a-z]{3})_[0-9A-Za-z]{36}$/
const LENGTH = 'whd_pat_'.length + RANDOM_LENGTH + CHECKSUM_LENGTH

/** Makes a secret of 178 random bits. */
export function mintSecret(kind: SecretKind, random: RandomSource = randomBytes): MintedSecret {
  const body = `whd_${kind}_${randomBase62(RANDOM_LENGTH, random)}`
  const text = body + checksum(body)
  return { kind, hash: hashSecret(text), text: secret(text), hint: text.slice(-4) }
}

/** Recognizes one of our secrets without looking anything up. Anything else, of whatever type or length, is `undefined`. */
export function parseSecret(text: unknown): PresentedSecret | undefined {
  if (typeof text !== 'string' || text.length !== LENGTH) return undefined
  const kind = SHAPE.exec(text)?.[1]
  if (kind === undefined || !isSecretKind(kind)) return undefined
  if (checksum(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  return { kind, hash: hashSecret(text) }
}

/** CRC-32 as 6 base62 characters (`0-9A-Za-z`, most significant first, padded with `0`). */
export function checksum(text: string): string {
  let rest = crc32(text)
  let written = ''
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    written = ALPHABET.charAt(rest % ALPHABET.length) + written
    rest = Math.floor(rest / ALPHABET.length)
  }
  return written
}

function hashSecret(text: string): SecretHash {
  return hash('sha256', text, 'hex') as SecretHash // the one place that makes one
}

function isSecretKind(kind: string): kind is SecretKind {
  return Object.hasOwn(SECRET_KINDS, kind)
}

function randomBase62(length: number, random: RandomSource): string {
  let text = ''
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < UNBIASED) text += ALPHABET.charAt(byte % ALPHABET.length)
    }
  }
  return text
}
