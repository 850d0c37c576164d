import type { Digest, DigestAlgorithm } from '@wharden/oci'
import { digestOfHex } from '../running-hash.ts'
import { hashHere } from './hash-here.ts'
import type { HashState } from './hash-state.ts'
import type { Hasher } from './hasher.ts'

/** Less than this at first, and it is hashed here: sooner done than another thread has woken up. */
const LONG_BYTES = 1024 * 1024

/** The hash of an upload. Where its first bytes are hashed the others are too: what a hash has taken can't be moved. */
export class UploadHash {
  readonly #hasher: Hasher
  readonly #algorithm: DigestAlgorithm
  /** Undefined while it has taken nothing. */
  #state: HashState | undefined

  constructor(hasher: Hasher, algorithm: DigestAlgorithm, state?: HashState) {
    this.#hasher = hasher
    this.#algorithm = algorithm
    this.#state = state
  }

  /** Whether what it has taken is gone, with the thread that had it. */
  get lost(): boolean {
    return this.#state?.lost ?? false
  }

  /** Resolves when the bytes were taken; until then they must stay as they are. @throws BlobStoreUnavailableError */
  update(bytes: Uint8Array): Promise<void> {
    this.#state ??=
      bytes.byteLength < LONG_BYTES ? hashHere(this.#algorithm) : this.#hasher.start(this.#algorithm)
    return this.#state.update(bytes)
  }

  /** Of what was taken so far; the hash can go on. @throws BlobStoreUnavailableError */
  async digest(): Promise<Digest> {
    const state = this.#state ?? hashHere(this.#algorithm)
    return digestOfHex(this.#algorithm, await state.digest())
  }

  /** Another that has taken the same. */
  copy(): UploadHash {
    return new UploadHash(this.#hasher, this.#algorithm, this.#state?.copy())
  }

  /** Frees what it has taken. May be called again. */
  close(): void {
    this.#state?.close()
  }
}
