/**
 * What is kept secret at rest: AES-256-GCM under a key that isn't in the database. Each sealed text names its key, and is
 * bound to its purpose (`signing-key:<kid>`): put in another row's place it doesn't open.
 *
 *     v1.<key id>.<base64url of: 12 bytes nonce, ciphertext, 16 bytes tag>
 *
 * Nonces are random: one key is good for 2^32 seals (NIST SP 800-38D §8.3), and we make a handful.
 */
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { error, ok, type Result } from '@wharden/oci'
import { secret, type Secret } from '@wharden/system'

export type SealKey = {
  /** Tells keys apart, tells nothing about them. */
  readonly id: string
  readonly key: Secret<Buffer>
}

/** Sealing is by `current`; unsealing also by `previous`, until everything has been sealed anew. */
export type SealKeys = {
  readonly current: SealKey
  readonly previous: SealKey | undefined
}

export type SealProblem =
  | { readonly type: 'malformed'; readonly message: string }
  /** Sealed by a key we don't have. */
  | { readonly type: 'unknown-key'; readonly message: string }
  /** Altered, or sealed for another purpose: cryptography can't tell which. */
  | { readonly type: 'not-authentic'; readonly message: string }

const CIPHER = 'aes-256-gcm'
const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const SHAPE = /^v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{38,})$/

/** A seal key of exactly 32 bytes; `undefined` for any other length. */
export function sealKey(bytes: Uint8Array): SealKey | undefined {
  if (bytes.length !== KEY_LENGTH) return undefined
  const key = Buffer.from(bytes)
  const id = hash('sha256', Buffer.concat([Buffer.from('wharden seal key id\0'), key]), 'hex').slice(0, 16)
  return { id, key: secret(key) }
}

/** Seals bytes for one purpose under the current key. */
export function seal(keys: SealKeys, purpose: string, plain: Uint8Array): string {
  const { id, key } = keys.current
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv(CIPHER, key.reveal(), nonce, { authTagLength: TAG_LENGTH })
  cipher.setAAD(boundTo(id, purpose))
  const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `v1.${id}.${body.toString('base64url')}`
}

/** Opens what was sealed for the same purpose, under the current or the previous key. */
export function unseal(keys: SealKeys, purpose: string, sealed: string): Result<Secret<Buffer>, SealProblem> {
  const [, id, text] = SHAPE.exec(sealed) ?? []
  if (id === undefined || text === undefined) return error(malformed(purpose))
  const key = [keys.current, keys.previous].find((candidate) => candidate?.id === id)
  if (key === undefined) return error(unknownKey(purpose, id))
  const plain = open(key, purpose, Buffer.from(text, 'base64url'))
  return plain === undefined ? error(notAuthentic(purpose)) : ok(secret(plain))
}

/** The same secret sealed by the current key: `sealed` itself where it is already. */
export function reseal(keys: SealKeys, purpose: string, sealed: string): Result<string, SealProblem> {
  const opened = unseal(keys, purpose, sealed)
  if (opened.type === 'error') return opened
  return ok(sealed.startsWith(`v1.${keys.current.id}.`) ? sealed : seal(keys, purpose, opened.value.reveal()))
}

function open(key: SealKey, purpose: string, body: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key.key.reveal(), body.subarray(0, NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  })
  decipher.setAAD(boundTo(key.id, purpose))
  decipher.setAuthTag(body.subarray(-TAG_LENGTH))
  try {
    return Buffer.concat([decipher.update(body.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()])
  } catch {
    return undefined
  }
}

function boundTo(id: string, purpose: string): Buffer {
  return Buffer.from(`wharden seal v1\0${id}\0${purpose}`)
}

function malformed(purpose: string): SealProblem {
  const message = `what is kept for \`${purpose}\` is not a sealed value: the stored text is damaged; restore it from a backup`
  return { type: 'malformed', message }
}

function unknownKey(purpose: string, id: string): SealProblem {
  const message = `what is kept for \`${purpose}\` was sealed by the key \`${id}\`, which isn't here: start with the seal key this data was made with, as current or previous`
  return { type: 'unknown-key', message }
}

function notAuthentic(purpose: string): SealProblem {
  const message = `what is kept for \`${purpose}\` doesn't open: it was altered, or sealed for something else; restore it from a backup`
  return { type: 'not-authentic', message }
}
