import type { FileHandle } from 'node:fs/promises'
import type { UploadHash } from '../hashing/upload-hash.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { SpaceGauge } from './space-gauge.ts'
import { orFull } from './system-error.ts'

const BATCH_BYTES = 1024 * 1024

/**
 * A file written and hashed in order, 1 MiB at a time: two buffers are on their way while the next fills, for writing and
 * hashing take turns at being late. Chunks are copied, so that their own memory, of which there is much more, can be used
 * again at once. A failure comes back from every `drain` after it. Calls must not overlap.
 */
export class BatchedFile {
  readonly handle: FileHandle
  /** Of all that was drained; closed with the file. */
  readonly hash: UploadHash
  readonly #space: SpaceGauge
  readonly #buffers: BufferPool
  #position: number
  #filling: Buffer | undefined
  #filled = 0
  /** All that is on its way; and all of it but the last buffer. */
  #flight: Promise<void> = Promise.resolve()
  #earlier: Promise<void> = Promise.resolve()

  constructor(handle: FileHandle, hash: UploadHash, { space, buffers }: Shared, position: number) {
    this.handle = handle
    this.hash = hash
    this.#space = space
    this.#buffers = buffers
    this.#position = position
  }

  /** Takes a chunk's bytes, not its memory; resolves when the next is welcome. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.byteLength;) {
      const buffer = (this.#filling ??= this.#buffers.lend(BATCH_BYTES))
      const copied = viewOf(chunk).copy(buffer, this.#filled, taken)
      this.#filled += copied
      taken += copied
      if (this.#filled < buffer.byteLength) return
      await this.#earlier
      this.#launch(buffer)
    }
  }

  /** Resolves when all that was taken has been hashed and given to the operating system. */
  async drain(): Promise<void> {
    if (this.#filling !== undefined) this.#launch(this.#filling)
    await this.#flight
  }

  /** Waits for what is on its way, drops the rest and closes. Never throws. */
  async close(): Promise<void> {
    await this.#flight.catch(() => {})
    if (this.#filling !== undefined) this.#buffers.giveBack(this.#filling)
    this.#filling = undefined
    this.hash.close()
    await this.handle.close().catch(() => {})
  }

  #launch(buffer: Buffer): void {
    const bytes = buffer.subarray(0, this.#filled)
    this.#earlier = this.#flight
    const acts = [this.#earlier, this.hash.update(bytes), this.#put(bytes, this.#position)]
    this.#flight = allDone(acts).finally(() => this.#buffers.giveBack(buffer))
    this.#flight.catch(() => {}) // heard by whoever awaits it next
    this.#position += bytes.byteLength
    this.#filling = undefined
    this.#filled = 0
  }

  async #put(bytes: Uint8Array, position: number): Promise<void> {
    await this.#space.demand()
    // A write may be cut short by a disk running full.
    for (let written = 0; written < bytes.byteLength;) {
      const rest = bytes.byteLength - written
      const { bytesWritten } = await orFull(this.handle.write(bytes, written, rest, position + written))
      if (bytesWritten === 0) throw new Error('the operating system wrote nothing and gave no reason')
      written += bytesWritten
    }
  }
}

/** For its `copy`: a typed array's `set` goes into shared memory a word at a time, five times as slow (measured). */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Fails only once nothing goes on any more. */
async function allDone(acts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(acts)
  await Promise.all(acts)
}

/** What the store's files have in common. */
type Shared = { readonly space: SpaceGauge; readonly buffers: BufferPool }
