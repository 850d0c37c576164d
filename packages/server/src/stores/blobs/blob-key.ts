import { randomBytes } from 'node:crypto'
import type { Brand } from '@wharden/oci'

/**
 * Where one blob's bytes live: 32 lower-case hex digits, of which the first 12 are the millisecond the key was
 * made and the other 20 are random. A key is never used twice, so deleting one can't take another's bytes with
 * it, and, being nothing but hex, it can't name a path outside the store.
 */
export type BlobKey = Brand<string, 'BlobKey'>

const PATTERN = /^[0-9a-f]{32}$/
const TIME_DIGITS = 12

/** A key nobody has had before. `now` in epoch milliseconds. */
export function newBlobKey(now: number): BlobKey {
  const time = now.toString(16).padStart(TIME_DIGITS, '0')
  return `${time}${randomBytes(10).toString('hex')}` as BlobKey
}

/** The key a row or a file name holds, or undefined where the text is none. */
export function parseBlobKey(text: string): BlobKey | undefined {
  return PATTERN.test(text) ? (text as BlobKey) : undefined
}

/** When the key was made, in epoch milliseconds. */
export function blobKeyTime(key: BlobKey): number {
  return Number.parseInt(key.slice(0, TIME_DIGITS), 16)
}
