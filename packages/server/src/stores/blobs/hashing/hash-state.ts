/** A hash that goes on, here or in another thread. Whoever has it closes it. */
export type HashState = {
  /** Whether what it has taken is gone: then it can only be closed. */
  readonly lost: boolean
  /** Resolves when the bytes were taken; until then they must stay as they are. */
  update(bytes: Uint8Array): Promise<void>
  /** Of what was taken so far, in hexadecimal; the hash can go on. */
  digest(): Promise<string>
  /** Another that has taken the same. */
  copy(): HashState
  close(): void
}
