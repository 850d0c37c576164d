import type { FileHandle } from 'node:fs/promises'
import type { BufferPool } from './buffer-pool.ts'
import type { SpaceGauge } from './space-gauge.ts'
import { orFull } from './system-error.ts'

const BATCH_BYTES = 1024 * 1024

/**
 * A file written in order, 1 MiB at a time: one buffer is on its way while the next fills. Chunks are copied, so that
 * their own memory, of which there is much more, can be used again at once. The first failure comes back from every call
 * after it. Calls must not overlap.
 */
export class BatchedFile {
  readonly handle: FileHandle
  readonly #space: SpaceGauge
  readonly #buffers: BufferPool
  #position: number
  #filling: Buffer | undefined
  #filled = 0
  #flight: Promise<void> = Promise.resolve()

  constructor(handle: FileHandle, { space, buffers }: Shared, position: number) {
    this.handle = handle
    this.#space = space
    this.#buffers = buffers
    this.#position = position
  }

  /** Takes a chunk's bytes, not its memory; resolves when the next is welcome. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.byteLength;) {
      const buffer = (this.#filling ??= this.#buffers.lend(BATCH_BYTES))
      const bytes = chunk.subarray(taken, taken + buffer.byteLength - this.#filled)
      buffer.set(bytes, this.#filled)
      this.#filled += bytes.byteLength
      taken += bytes.byteLength
      if (this.#filled < buffer.byteLength) return
      await this.#flight
      this.#launch(buffer)
    }
  }

  /** Resolves when all that was taken has been given to the operating system. */
  async drain(): Promise<void> {
    await this.#flight
    if (this.#filling === undefined) return
    this.#launch(this.#filling)
    await this.#flight
  }

  /** Waits for what is on its way, drops the rest and closes. Never throws. */
  async close(): Promise<void> {
    await this.#flight.catch(() => {})
    if (this.#filling !== undefined) this.#buffers.giveBack(this.#filling)
    this.#filling = undefined
    await this.handle.close().catch(() => {})
  }

  #launch(buffer: Buffer): void {
    const bytes = buffer.subarray(0, this.#filled)
    this.#flight = this.#put(bytes, this.#position).finally(() => this.#buffers.giveBack(buffer))
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

/** What the store's files have in common. */
type Shared = { readonly space: SpaceGauge; readonly buffers: BufferPool }
