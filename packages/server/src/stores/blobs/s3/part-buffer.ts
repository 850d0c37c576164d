const FIRST_BYTES = 64 * 1024

/** Bytes in order, copied into one piece of memory that grows up to a limit. */
export class PartBuffer {
  #bytes = Buffer.alloc(0)
  #length = 0
  #usual = FIRST_BYTES

  get length(): number {
    return this.#length
  }

  /** Takes what fits below `limit`. @returns how many bytes that were */
  take(chunk: Uint8Array, limit: number): number {
    const count = Math.min(chunk.byteLength, Math.max(0, limit - this.#length))
    if (this.#length + count > this.#bytes.byteLength) this.#grow(this.#length + count, limit)
    this.#bytes.set(count === chunk.byteLength ? chunk : chunk.subarray(0, count), this.#length)
    this.#length += count
    return count
  }

  /** What it holds, until it is added to or cleared. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Hands its memory away, and is empty. The next time it asks for as much at once: one part is like another. */
  clear(): Buffer {
    const held = this.view()
    this.#usual = this.#bytes.byteLength
    this.#bytes = Buffer.alloc(0)
    this.#length = 0
    return held
  }

  #grow(least: number, limit: number): void {
    const size = Math.min(limit, Math.max(least, this.#bytes.byteLength * 2, this.#usual))
    const grown = Buffer.allocUnsafeSlow(Math.max(size, least))
    grown.set(this.view())
    this.#bytes = grown
  }
}
