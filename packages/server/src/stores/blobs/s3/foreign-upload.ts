// An upload that another process wrote, or that this one has forgotten. It can be finished as it stands. Before a byte is added
// it is taken over: parts of an upload that isn't completed can't be read in S3, so it is *sealed*, that is completed with the
// parts its position knows; then its bytes are copied inside the store to an upload of our own, and read once for the hash.

import type { BlobKey } from '../blob-key.ts'
import type { UploadPosition } from '../port.ts'
import type { Multipart, Part } from './bucket.ts'
import { completeParts, sizeOf } from './complete.ts'
import { chunksOf } from './download.ts'
import { LAST_PART } from './part-size.ts'
import { parseLedger, parseResume, type Resume } from './resume.ts'
import { loadTail, type Tail, type UploadPlace } from './upload-place.ts'

/** Where the bytes of a position are. */
export type Foreign =
  /** They are what the key's object begins with. */
  | { readonly type: 'object'; readonly key: BlobKey; readonly size: number }
  | {
      readonly type: 'parts'
      readonly key: BlobKey
      readonly upload: Multipart
      readonly parts: readonly Part[]
      readonly tail: Tail
    }

/** Undefined when they are nowhere. */
export async function findForeign(
  place: UploadPlace,
  position: UploadPosition,
): Promise<Foreign | undefined> {
  const { key, offset, resume } = position
  const where = parseResume(resume)
  const parts = where === undefined ? undefined : await findParts(place, key, where)
  if (parts !== undefined) return parts
  // Without parts it is an object. With parts it may be one, too: completed by somebody who crashed before he published it.
  const object = await place.bucket.find(place.layout.blob(key))
  return object !== undefined && object.size >= offset
    ? { type: 'object', key, size: object.size }
    : undefined
}

async function findParts(place: UploadPlace, key: BlobKey, where: Resume): Promise<Foreign | undefined> {
  const { bucket, layout } = place
  const { id, checkpoint, tail, ledger } = where
  const name = layout.checkpoint(key, checkpoint)
  const range = { start: tail, end: tail + ledger }
  const download = await bucket.get(name, range)
  if (download === undefined) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(bucket, name, range, download)) chunks.push(chunk)
  const parts = parseLedger(Buffer.concat(chunks))
  const upload = { name: layout.blob(key), id }
  return { type: 'parts', key, upload, parts, tail: { key: checkpoint, name, size: tail } }
}

/**
 * Makes one object of it, as it stands.
 * @returns its key; undefined when somebody has made an object of more or less of it, and then gone away: then it must be
 *   taken over
 */
export async function finishForeign(
  place: UploadPlace,
  foreign: Foreign,
  { offset }: UploadPosition,
): Promise<BlobKey | undefined> {
  if (foreign.type === 'object') return foreign.size === offset ? foreign.key : undefined
  const { key, upload, parts, tail } = foreign
  const { bucket, layout } = place
  try {
    // A number that its writer, should it still be alive, never uses.
    const last = tail.size === 0 ? [] : [await bucket.putPart(upload, LAST_PART, await loadTail(place, tail))]
    return (await completeParts(place, key, upload, [...parts, ...last])) === offset ? key : undefined
  } catch (cause) {
    if ((await bucket.find(layout.blob(key))) === undefined) throw cause
    return undefined
  }
}

/** The bytes of an upload, readable: those of an object, up to `whole`, and then those of a tail. */
export type Sealed = { readonly name: string; readonly whole: number; readonly tail: Tail | undefined }

/** Makes an upload's bytes readable. Whoever began it can't add to it any more. */
export async function seal(
  place: UploadPlace,
  foreign: Foreign,
  { offset }: UploadPosition,
): Promise<Sealed> {
  const name = place.layout.blob(foreign.key)
  if (foreign.type === 'object') return { name, whole: offset, tail: undefined }
  const whole = sizeOf(foreign.parts)
  await completeParts(place, foreign.key, foreign.upload, foreign.parts)
  return { name, whole, tail: foreign.tail }
}
