import type { Hash } from 'node:crypto'
import { digestAlgorithm, error, ok, type Digest, type Result } from '@wharden/oci'
import { newBlobKey, type BlobKey } from '../blob-key.ts'
import type { BlobWriter, FinishedBlob, FinishProblem, UploadPosition } from '../port.ts'
import { digestSoFar, startHash } from '../running-hash.ts'
import { completeParts } from './complete.ts'
import { copyInto } from './copy-into.ts'
import { chunksOf } from './download.ts'
import { finishForeign, seal, type Foreign } from './foreign-upload.ts'
import { OwnMultipart } from './multipart.ts'
import { PartBuffer } from './part-buffer.ts'
import { formatLedger, formatResume } from './resume.ts'
import { loadTail, type Progress, type Tail, type UploadPlace } from './upload-place.ts'

/** Where a caller can come back to. */
type Milestone = { readonly position: UploadPosition; readonly progress: Progress | undefined }

/**
 * One upload being written. What doesn't make a part yet waits in memory; a checkpoint writes it as an object under a new
 * name, so an upload that never had parts is at each checkpoint already the blob it may become.
 * INVARIANT: a name, and a part's number, is written once. An upload begun elsewhere is *foreign* (`foreign-upload.ts`).
 */
export class S3Upload implements BlobWriter {
  readonly #place: UploadPlace
  readonly #buffer = new PartBuffer()
  #foreign: Foreign | undefined
  /** Of all bytes up to `#offset`; undefined while the upload is foreign. */
  #hash: Hash | undefined
  #own: OwnMultipart | undefined
  /** Bytes behind the last part that are in the store and not in the buffer yet. */
  #ahead: Tail | undefined
  /** A key that was told and never written under. */
  #fresh: BlobKey | undefined
  #milestone: Milestone
  #offset: number
  #closed = false

  constructor(place: UploadPlace, position: UploadPosition, from: Progress | Foreign) {
    this.#place = place
    this.#offset = position.offset
    if ('type' in from) {
      this.#foreign = from
      this.#milestone = { position, progress: undefined }
      return
    }
    const { hash, multipart, tail, fresh } = from
    this.#milestone = { position, progress: from }
    this.#hash = hash.copy()
    this.#own = multipart === undefined ? undefined : new OwnMultipart(place.bucket, place.gate, multipart)
    this.#ahead = tail
    this.#fresh = fresh ? position.key : undefined
  }

  get offset(): number {
    return this.#offset
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.#assertOpen()
    if (chunk.byteLength === 0) return
    const hash = this.#hash ?? (await this.#takeOver())
    await this.#catchUp()
    hash.update(chunk)
    this.#offset += chunk.byteLength
    await this.#keep(chunk)
  }

  async checkpoint(): Promise<UploadPosition> {
    this.#assertOpen()
    if (this.#hash !== undefined && this.#offset > this.#milestone.position.offset)
      this.#milestone = await this.#makeDurable(this.#hash)
    return this.#milestone.position
  }

  async finish(expected: Digest): Promise<Result<FinishedBlob, FinishProblem>> {
    this.#assertOpen()
    try {
      const { position } = this.#milestone
      const algorithm = digestAlgorithm(expected)
      const running = this.#hash === undefined ? position.digest : digestSoFar(position.algorithm, this.#hash)
      if (algorithm === position.algorithm && running !== expected)
        return error({ type: 'digest-mismatch', actual: running })
      const key = await this.#publish()
      const actual = algorithm === position.algorithm ? running : await this.#hashAgain(key, expected)
      if (actual === expected) return ok({ key, size: this.#offset, digest: expected })
      if (key !== position.key) await this.#place.bucket.remove(this.#place.layout.blob(key)).catch(() => {})
      return error({ type: 'digest-mismatch', actual })
    } finally {
      this.#milestone = { ...this.#milestone, progress: undefined } // there is nothing to go on with
      await this.close()
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const { position, progress } = this.#milestone
    const own = this.#own
    if (own !== undefined && own.key !== position.key) {
      // Nobody has heard of it. Should it stay, the sweep of keys without a row finds it.
      await own.settle().catch(() => {})
      await this.#place.bucket.abort(own.upload).catch(() => {})
    }
    if (progress === undefined) return
    const { multipart } = progress
    this.#place.live.put({
      position,
      ...progress,
      multipart: multipart === undefined ? undefined : { ...multipart, next: own?.next ?? multipart.next },
      fresh: this.#fresh === position.key,
    })
  }

  /** Puts bytes where the next part is made. */
  async #keep(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.byteLength > 0;) {
      const limit = this.#place.sizes.of(this.#own?.next ?? 1)
      if (this.#buffer.length >= limit) await (await this.#multipart()).add(this.#buffer.clear())
      rest = rest.subarray(this.#buffer.take(rest, this.#place.sizes.of(this.#own?.next ?? 1)))
    }
  }

  /** Fetches what an earlier request left behind the last part. */
  async #catchUp(): Promise<void> {
    const tail = this.#ahead
    if (tail === undefined) return
    await this.#keep(await loadTail(this.#place, tail))
    this.#ahead = undefined
  }

  async #multipart(): Promise<OwnMultipart> {
    const { bucket, gate, layout } = this.#place
    if (this.#own !== undefined) return this.#own
    const key = this.#takeKey()
    const upload = await bucket.begin(layout.blob(key))
    this.#own = new OwnMultipart(bucket, gate, { key, upload, parts: [], next: 1 })
    return this.#own
  }

  #takeKey(): BlobKey {
    const key = this.#fresh ?? newBlobKey(Date.now())
    this.#fresh = undefined
    return key
  }

  async #takeOver(): Promise<Hash> {
    const { position } = this.#milestone
    if (this.#foreign === undefined) throw new Error('an upload without a hash is foreign')
    const { name, whole, tail } = await seal(this.#place, this.#foreign, position)
    const hash = startHash(position.algorithm)
    const copied = whole > this.#place.sizes.of(1) && (await copyInto(await this.#multipart(), name, whole))
    for await (const bytes of chunksOf(this.#place.bucket, name, { start: 0, end: whole })) {
      hash.update(bytes)
      if (!copied) await this.#keep(bytes)
    }
    if (tail !== undefined) {
      const bytes = await loadTail(this.#place, tail)
      hash.update(bytes)
      await this.#keep(bytes)
    }
    if (digestSoFar(position.algorithm, hash) !== position.digest)
      throw new Error(
        `upload \`${position.key}\` does not begin with the ${position.offset} bytes it was given`,
      )
    this.#foreign = undefined
    this.#hash = hash
    return hash
  }

  async #makeDurable(hash: Hash): Promise<Milestone> {
    const { bucket, layout, sizes, tails } = this.#place
    const { algorithm } = this.#milestone.position
    const own = this.#own
    if (own !== undefined && this.#buffer.length >= sizes.least) await own.add(this.#buffer.clear())
    const multipart = await own?.settle()
    const bytes = this.#buffer.view()
    const ledger = multipart === undefined ? Buffer.alloc(0) : formatLedger(multipart.parts)
    const key = multipart === undefined ? this.#takeKey() : newBlobKey(Date.now())
    const name = multipart === undefined ? layout.blob(key) : layout.checkpoint(multipart.key, key)
    const resume =
      multipart === undefined
        ? ''
        : formatResume({
            id: multipart.upload.id,
            checkpoint: key,
            tail: bytes.length,
            ledger: ledger.length,
          })
    await bucket.put(name, ledger.length === 0 ? bytes : Buffer.concat([bytes, ledger]))
    tails.put(key, bytes)
    const position = { key: multipart?.key ?? key, offset: this.#offset, algorithm, resume }
    const tail = { key, name, size: bytes.length }
    return {
      position: { ...position, digest: digestSoFar(algorithm, hash) },
      progress: { hash: hash.copy(), multipart, tail, fresh: false },
    }
  }

  /** Makes one object of all bytes. @returns its key */
  async #publish(): Promise<BlobKey> {
    const { bucket, layout } = this.#place
    if (this.#foreign !== undefined) {
      const key = await finishForeign(this.#place, this.#foreign, this.#milestone.position)
      if (key !== undefined) return key
      await this.#takeOver()
    }
    const own = this.#own
    if (own === undefined) {
      const { position, progress } = this.#milestone
      const isStored = progress !== undefined && this.#offset === position.offset && this.#offset > 0
      if (isStored) return position.key
      await this.#catchUp()
      const key = this.#takeKey()
      await bucket.put(layout.blob(key), this.#buffer.view())
      return key
    }
    await this.#catchUp()
    if (this.#buffer.length > 0) await own.add(this.#buffer.clear())
    const { key, upload, parts } = await own.settle()
    if ((await completeParts(this.#place, key, upload, parts)) !== this.#offset)
      throw new Error(
        `upload \`${key}\` was completed by another: open it again where its row says it stands`,
      )
    // From here on it is an object that its finisher publishes or discards, and no upload to be aborted.
    this.#own = undefined
    return key
  }

  async #hashAgain(key: BlobKey, expected: Digest): Promise<Digest> {
    const algorithm = digestAlgorithm(expected)
    const hash = startHash(algorithm)
    const range = { start: 0, end: this.#offset }
    for await (const bytes of chunksOf(this.#place.bucket, this.#place.layout.blob(key), range))
      hash.update(bytes)
    return digestSoFar(algorithm, hash)
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('this upload was closed: open it again where its row says it stands')
  }
}
