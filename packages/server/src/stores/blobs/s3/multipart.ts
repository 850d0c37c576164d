import type { BlobKey } from '../blob-key.ts'
import type { Bucket, Multipart, Part } from './bucket.ts'
import type { Gate } from './gate.ts'
import { LAST_PART } from './part-size.ts'

/** Parts of one upload on their way at once. */
const IN_FLIGHT = 2

/** A multipart upload as far as it is known to stand. */
export type MultipartState = {
  readonly key: BlobKey
  readonly upload: Multipart
  readonly parts: readonly Part[]
  /** Never given to a part yet. What was sent and not acknowledged stays behind under its number, and is left out. */
  readonly next: number
}

/**
 * A multipart upload that this process began, and so the only one that adds parts to it. A number is used once only, so
 * that no request that is still on its way can replace a part (10,000 is kept for whoever finishes the upload elsewhere).
 */
export class OwnMultipart {
  readonly key: BlobKey
  readonly upload: Multipart
  readonly #bucket: Bucket
  readonly #gate: Gate
  readonly #parts: Part[]
  readonly #flights = new Set<Promise<void>>()
  #next: number
  #failure: { readonly cause: unknown } | undefined

  constructor(bucket: Bucket, gate: Gate, { key, upload, parts, next }: MultipartState) {
    this.#bucket = bucket
    this.#gate = gate
    this.key = key
    this.upload = upload
    this.#parts = [...parts]
    this.#next = next
  }

  /** The number the next part gets. */
  get next(): number {
    return this.#next
  }

  /** Takes the memory of a part. Resolves when another is welcome; a failure comes back from every later call. */
  async add(bytes: Uint8Array): Promise<void> {
    const number = this.#take()
    const flight = this.#gate(() => this.#bucket.putPart(this.upload, number, bytes)).then(
      (part) => void this.#parts.push(part),
      (cause: unknown) => void (this.#failure ??= { cause }),
    )
    this.#flights.add(flight)
    void flight.finally(() => this.#flights.delete(flight))
    if (this.#flights.size >= IN_FLIGHT) await Promise.race(this.#flights)
    this.#assertSound()
  }

  /** Takes a part from an object of the store. False where the store can't do that. */
  async copy(source: string, range: { readonly start: number; readonly end: number }): Promise<boolean> {
    const number = this.#take()
    const part = await this.#gate(() => this.#bucket.copyPart(this.upload, number, source, range))
    if (part !== undefined) this.#parts.push(part)
    return part !== undefined
  }

  /** Waits for all parts, and says how the upload stands. */
  async settle(): Promise<MultipartState> {
    await Promise.all(this.#flights)
    this.#assertSound()
    return this.state()
  }

  /** How it stands as far as parts have arrived. */
  state(): MultipartState {
    const parts = this.#parts.toSorted((left, right) => left.number - right.number)
    return { key: this.key, upload: this.upload, parts, next: this.#next }
  }

  #take(): number {
    const number = this.#next
    if (number >= LAST_PART)
      throw new RangeError('the blob has more bytes than an upload to S3 has parts for')
    this.#next += 1
    return number
  }

  #assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.cause
  }
}
