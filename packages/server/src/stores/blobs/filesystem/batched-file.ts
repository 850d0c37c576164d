import type { FileHandle } from 'node:fs/promises'
import type { SpaceGauge } from './space-gauge.ts'
import { orFull } from './system-error.ts'

const BATCH_BYTES = 1024 * 1024
// Beside its bytes each chunk costs a Buffer and often the whole block it was received into: chunks are bounded too.
const BATCH_CHUNKS = 256

/**
 * A file written in order, 1 MiB at a time (`writev`): one batch is on its way while the next fills. The first failure
 * comes back from every call after it. Calls must not overlap.
 */
export class BatchedFile {
  readonly handle: FileHandle
  readonly #space: SpaceGauge
  #position: number
  #batch: Uint8Array[] = []
  #batchBytes = 0
  #flight: Promise<void> = Promise.resolve()

  constructor(handle: FileHandle, space: SpaceGauge, position: number) {
    this.handle = handle
    this.#space = space
    this.#position = position
  }

  /** Takes a chunk and its memory; resolves when the next is welcome. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk)
    this.#batchBytes += chunk.byteLength
    if (this.#batchBytes < BATCH_BYTES && this.#batch.length < BATCH_CHUNKS) return
    await this.#flight
    this.#launch()
  }

  /** Resolves when all that was taken has been given to the operating system. */
  async drain(): Promise<void> {
    await this.#flight
    if (this.#batch.length === 0) return
    this.#launch()
    await this.#flight
  }

  /** Waits for what is on its way, drops the rest and closes. Never throws. */
  async close(): Promise<void> {
    await this.#flight.catch(() => {})
    await this.handle.close().catch(() => {})
  }

  #launch(): void {
    this.#flight = this.#put(this.#batch, this.#position)
    this.#flight.catch(() => {}) // heard by whoever awaits it next
    this.#position += this.#batchBytes
    this.#batch = []
    this.#batchBytes = 0
  }

  async #put(batch: readonly Uint8Array[], position: number): Promise<void> {
    await this.#space.demand()
    let left = batch
    let at = position
    while (left.length > 0) {
      const { bytesWritten } = await orFull(this.handle.writev(left, at))
      if (bytesWritten === 0) throw new Error('the operating system wrote nothing and gave no reason')
      left = after(left, bytesWritten)
      at += bytesWritten
    }
  }
}

/** What is left of the chunks after their first `bytes`: a write may be cut short by a disk running full. */
function after(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes
  for (const [index, chunk] of chunks.entries()) {
    if (skip < chunk.byteLength) return [chunk.subarray(skip), ...chunks.slice(index + 1)]
    skip -= chunk.byteLength
  }
  return []
}
