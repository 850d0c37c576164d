import { open, type FileHandle } from 'node:fs/promises'
import { digestAlgorithm, error, ok, type Digest, type DigestAlgorithm, type Result } from '@wharden/oci'
import { syncDirectory } from '@wharden/system'
import type { BlobKey } from '../blob-key.ts'
import type { UploadHash } from '../hashing/upload-hash.ts'
import type { BlobWriter, FinishedBlob, FinishProblem, UploadPosition } from '../port.ts'
import { blobPath, shardPath } from './layout.ts'
import { readThrough } from './read-through.ts'
import { digestSoFar, startHash } from '../running-hash.ts'
import { orFull } from './system-error.ts'
import { discardOwnFile, takeOver, type OwnFile, type UploadPlace } from './take-over.ts'

/** Where a caller can come back to. */
type Milestone = {
  readonly position: UploadPosition
  /** Undefined while the bytes are foreign, and when there is nothing to come back to. */
  readonly hash: UploadHash | undefined
  readonly named: boolean
}

/**
 * One upload being written.
 * INVARIANT: bytes are added to a file only by the process that made it, by one writer after another. An upload begun
 * elsewhere is *foreign*: it can be finished as it stands, but before a byte is added it is taken over (`takeOver`).
 */
export class FileUpload implements BlobWriter {
  readonly copiesChunks = true
  readonly #place: UploadPlace
  /** Undefined while the upload is foreign. */
  #own: OwnFile | undefined
  /** Whether a caller has been told the key of `#own`. */
  #heard: boolean
  #milestone: Milestone
  #offset: number
  #closed = false

  constructor(place: UploadPlace, position: UploadPosition, own: OwnFile | undefined) {
    this.#place = place
    this.#own = own
    this.#heard = own === undefined || own.key === position.key
    this.#milestone = { position, hash: own?.file.hash.copy(), named: own?.named ?? true }
    this.#offset = position.offset
  }

  get offset(): number {
    return this.#offset
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.#assertOpen()
    if (chunk.byteLength === 0) return
    const own = this.#own ?? (await this.#takeOver())
    this.#offset += chunk.byteLength
    await own.file.write(chunk)
  }

  async checkpoint(): Promise<UploadPosition> {
    this.#assertOpen()
    if (this.#own !== undefined && this.#offset > this.#milestone.position.offset) {
      this.#move(await this.#makeDurable(this.#own))
      this.#heard = true
    }
    return this.#milestone.position
  }

  async finish(expected: Digest): Promise<Result<FinishedBlob, FinishProblem>> {
    this.#assertOpen()
    try {
      return this.#own === undefined
        ? await this.#finishForeign(expected)
        : await this.#finishOwn(this.#own, expected)
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#own === undefined) return
    const { position, hash, named } = this.#milestone
    if (this.#heard) await this.#own.file.close()
    else await discardOwnFile(this.#place, this.#own)
    if (hash === undefined) return
    if (this.#heard) this.#place.live.put({ position, hash, named })
    else hash.close()
  }

  async #takeOver(): Promise<OwnFile> {
    const { position } = this.#milestone
    const source = await open(blobPath(this.#place.directory, position.key), 'r')
    try {
      this.#own = await takeOver(this.#place, source, position)
    } finally {
      await source.close()
    }
    this.#heard = false
    this.#milestone = { ...this.#milestone, named: false }
    return this.#own
  }

  #move(milestone: Milestone): void {
    this.#milestone.hash?.close()
    this.#milestone = milestone
  }

  async #makeDurable({ key, file }: OwnFile): Promise<Milestone> {
    const { algorithm, resume } = this.#milestone.position
    await file.drain()
    await Promise.all([orFull(file.handle.datasync()), this.#milestone.named || this.#syncName(key)])
    const position = { key, offset: this.#offset, algorithm, digest: await file.hash.digest(), resume }
    return { position, hash: file.hash.copy(), named: true }
  }

  async #finishOwn({ key, file }: OwnFile, expected: Digest): Promise<Result<FinishedBlob, FinishProblem>> {
    await file.drain()
    return this.#settle(key, file.handle, expected, () => file.hash.digest())
  }

  async #finishForeign(expected: Digest): Promise<Result<FinishedBlob, FinishProblem>> {
    const { key, digest } = this.#milestone.position
    const handle = await open(blobPath(this.#place.directory, key), 'r+')
    try {
      return await this.#settle(key, handle, expected, async () => digest)
    } finally {
      await handle.close()
    }
  }

  /** Verifies; then makes bytes, length and name durable. */
  async #settle(
    key: BlobKey,
    handle: FileHandle,
    expected: Digest,
    running: () => Promise<Digest>,
  ): Promise<Result<FinishedBlob, FinishProblem>> {
    const size = this.#offset
    const algorithm = digestAlgorithm(expected)
    const ran = algorithm === this.#milestone.position.algorithm
    const actual = await (ran ? running() : digestOfFile(handle, size, algorithm))
    if (actual === expected) {
      // What a crash left beyond the end goes, in a file of our own. In another's it stays, for that writer may outlive its
      // lease and still count on it; a reader stops at the row's size anyway.
      if (this.#own !== undefined) await handle.truncate(size)
      await Promise.all([orFull(handle.sync()), this.#syncName(key)])
      this.#heard = true
    }
    this.#move({ ...this.#milestone, hash: undefined }) // there is nothing to go on with
    return actual === expected
      ? ok({ key, size, digest: expected })
      : error({ type: 'digest-mismatch', actual })
  }

  #syncName(key: BlobKey): Promise<void> {
    return syncDirectory(shardPath(this.#place.directory, key))
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('this upload was closed: open it again where its row says it stands')
  }
}

async function digestOfFile(handle: FileHandle, size: number, algorithm: DigestAlgorithm): Promise<Digest> {
  const hash = startHash(algorithm)
  await readThrough(handle, size, (bytes) => void hash.update(bytes))
  return digestSoFar(algorithm, hash)
}
