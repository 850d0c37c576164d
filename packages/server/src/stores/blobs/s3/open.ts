import { blobKeyTime, type BlobKey } from '../blob-key.ts'
import { assertWhole } from '../blob-range.ts'
import { createLiveUploads } from '../live-uploads.ts'
import type { BlobStat, BlobStore } from '../port.ts'
import { createSmallBlobs, SMALL_BLOB_BYTES } from '../small-blobs.ts'
import { startUpload } from '../start-upload.ts'
import { startHash } from '../running-hash.ts'
import { createBucket, type Bucket } from './bucket.ts'
import { createCircuit, type Failing } from './circuit.ts'
import { createClient, type S3Access } from './client.ts'
import { createSigner } from './sign.ts'
import { deleteKey } from './delete-key.ts'
import { chunksOf } from './download.ts'
import { createGate } from './gate.ts'
import { createLayout, type Layout } from './layout.ts'
import { openRange } from './object-reader.ts'
import { leave } from './leave.ts'
import { openUpload } from './open-upload.ts'
import { PART_SIZES, type PartSizes } from './part-size.ts'
import type { LiveObject, UploadPlace } from './upload-place.ts'

export type S3BlobStoreOptions = S3Access & {
  /** Before every name in the bucket: empty, or ending with a slash. */
  readonly prefix: string
  /** Where clients reach the store, for addresses that are given to them. Default: the endpoint. */
  readonly publicEndpoint?: string | undefined
  /** Hears when the store goes and when it is back. */
  readonly told?: (failing: Failing | undefined) => void
  /** Memory for blobs up to 64 KiB, in bytes. Default 16 MiB. */
  readonly cacheBytes?: number
  readonly sizes?: PartSizes
}

const MEBIBYTE = 1024 * 1024
const LIVE_UPLOADS = 4096
const TAILS_BYTES = 64 * MEBIBYTE
/** How often a store that fails is asked whether it is back. */
const ASK_MILLISECONDS = 5_000
/** Parts of all uploads on their way at once: 256 MiB. */
const PARTS_IN_FLIGHT = 32

/** Blobs as objects of a bucket. Several processes may share it. No I/O. */
export function openS3BlobStore(options: S3BlobStoreOptions): BlobStore {
  const { prefix, cacheBytes = 16 * MEBIBYTE, sizes = PART_SIZES, told } = options
  let asking: NodeJS.Timeout | undefined
  const circuit = createCircuit((failing) => {
    told?.(failing)
    clearInterval(asking)
    // So that it is known to be back without anybody's having to be refused first.
    if (failing !== undefined) asking = setInterval(ask, ASK_MILLISECONDS).unref()
  })
  const client = createClient(options, circuit)
  const bucket = createBucket(client, options.bucket)
  const layout = createLayout(prefix)
  const ask = (): void => void bucket.find(`${prefix}are-you-there`).catch(() => {})
  const live = createLiveUploads<LiveObject>(LIVE_UPLOADS)
  const small = createSmallBlobs(cacheBytes)
  const tails = createSmallBlobs(TAILS_BYTES)
  const gate = createGate(PARTS_IN_FLIGHT)
  const place: UploadPlace = { bucket, layout, gate, sizes, live, tails }
  return {
    startUpload(algorithm) {
      const position = startUpload(algorithm)
      const nothing = { multipart: undefined, tail: undefined, fresh: true }
      live.put({ position, hash: startHash(algorithm), ...nothing })
      return position
    },
    openUpload: (position) => openUpload(place, position),
    leave: (before, now) => leave(place, before, now).catch(() => {}),
    read: (key, range) => openRange(bucket, layout.blob(key), range),
    async readAll(key, size) {
      assertWhole(size)
      const kept = small.get(key)
      if (kept !== undefined) return kept.byteLength === size ? kept : undefined
      const bytes = await readWhole(bucket, layout.blob(key), size)
      if (bytes !== undefined && size <= SMALL_BLOB_BYTES) small.put(key, bytes)
      return bytes
    },
    stat: (key) => statKey(bucket, layout, key),
    async delete(key) {
      live.forget(key)
      small.forget(key)
      tails.forget(key)
      await deleteKey(bucket, layout, key)
    },
    sign: createSigner(options, client, (key) => layout.blob(key)),
    keys: (before) => listKeys(bucket, layout, prefix, before),
    freeSpace: async () => Infinity,
    acceptsUploads: async () => true,
    failingFor() {
      const failing = circuit.failing()
      return failing === undefined ? 0 : performance.now() - failing.since
    },
    async close() {
      clearInterval(asking)
      client.destroy()
    },
  }
}

async function readWhole(bucket: Bucket, name: string, size: number): Promise<Uint8Array | undefined> {
  if (size === 0) return (await bucket.find(name)) === undefined ? undefined : Buffer.alloc(0)
  const range = { start: 0, end: size }
  const download = await bucket.get(name, range)
  if (download === undefined) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(bucket, name, range, download)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An upload that is no object yet was touched when it was begun, and at each checkpoint: every ten seconds while bytes come. */
async function statKey(bucket: Bucket, layout: Layout, key: BlobKey): Promise<BlobStat | undefined> {
  const name = layout.blob(key)
  const object = await bucket.find(name)
  if (object !== undefined) return { size: object.size, touchedAt: object.touchedAt }
  const times: number[] = []
  let size = 0
  for await (const objects of bucket.list(name)) {
    for (const checkpoint of objects) {
      times.push(checkpoint.touchedAt)
      size += checkpoint.size
    }
  }
  for await (const uploads of bucket.uploads(name)) times.push(...uploads.map(({ begunAt }) => begunAt))
  return times.length === 0 ? undefined : { size, touchedAt: Math.max(...times) }
}

/** Keys of objects, a thousand at a time, and of uploads. What isn't named by a key is not ours. */
async function* listKeys(
  bucket: Bucket,
  layout: Layout,
  prefix: string,
  before: number,
): AsyncGenerator<readonly BlobKey[]> {
  const old = (names: readonly { readonly name: string }[]): readonly BlobKey[] => {
    const keys = names.flatMap(({ name }) => layout.keyOf(name) ?? [])
    return [...new Set(keys)].filter((key) => blobKeyTime(key) < before)
  }
  for await (const objects of bucket.list(prefix)) {
    const keys = old(objects)
    if (keys.length > 0) yield keys
  }
  for await (const uploads of bucket.uploads(prefix)) {
    const keys = old(uploads)
    if (keys.length > 0) yield keys
  }
}
