// What a position's `resume` holds, in at most 1,000 characters. The parts of an upload don't fit into it: they are listed in
// the checkpoint's object, behind the tail, and `resume` says where.

import { z } from 'zod'
import { parseBlobKey, type BlobKey } from '../blob-key.ts'
import type { Part } from './bucket.ts'

const MOST_CHARACTERS = 1_000

export type Resume = {
  /** The multipart upload's id. */
  readonly id: string
  /** Which checkpoint of it. */
  readonly checkpoint: BlobKey
  /** Bytes behind the last part: the first so many of the checkpoint's object. */
  readonly tail: number
  /** Bytes of the list of parts, after them. */
  readonly ledger: number
}

const shape = z.tuple([z.string(), z.string(), z.int().min(0), z.int().min(0)])

export function formatResume({ id, checkpoint, tail, ledger }: Resume): string {
  const text = JSON.stringify([id, checkpoint, tail, ledger])
  if (text.length > MOST_CHARACTERS)
    throw new Error(`the store's id of an upload is too long to be kept: ${id.length} characters`)
  return text
}

/** Undefined where another kind of store wrote it. */
export function parseResume(text: string): Resume | undefined {
  const parsed = shape.safeParse(jsonOf(text))
  if (!parsed.success) return undefined
  const [id, name, tail, ledger] = parsed.data
  const checkpoint = parseBlobKey(name)
  return checkpoint === undefined ? undefined : { id, checkpoint, tail, ledger }
}

const ledgerShape = z.array(z.tuple([z.int().min(1), z.int().min(1), z.string()]))

export function formatLedger(parts: readonly Part[]): Buffer {
  return Buffer.from(JSON.stringify(parts.map(({ number, size, etag }) => [number, size, etag])))
}

/** @throws when this is no list of parts: then the checkpoint isn't what we wrote */
export function parseLedger(bytes: Uint8Array): readonly Part[] {
  const list = ledgerShape.parse(JSON.parse(Buffer.from(bytes).toString()))
  return list.map(([number, size, etag]) => ({ number, size, etag }))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
