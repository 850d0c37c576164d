import type { Readable } from 'node:stream'
import { createPace, type Pace, type PaceLimits } from './pace.ts'
import { ReceiveError, type ReceiveProblem } from './receive-error.ts'

export type IntakeLimits = PaceLimits & {
  /** Content-Length, or what Content-Range makes it; undefined where the client doesn't say. */
  readonly declaredBytes?: number | undefined
  readonly maximumBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

// The source is paused while this much waits to be taken, and let go on at the lower mark.
const HIGH_WATER_BYTES = 256 * 1024
const LOW_WATER_BYTES = 64 * 1024
const LONGEST_TICK_MILLISECONDS = 1000

/**
 * A request's body, a chunk at a time, under limits. Listens to `data` itself: an async iterator would copy (`read()`
 * joins what has piled up) and would destroy the request, and with it the answer, when it is left early.
 */
export class Intake {
  readonly #source: Readable
  readonly #limits: IntakeLimits
  readonly #pace: Pace
  readonly #ticking: NodeJS.Timeout
  readonly #queue: Uint8Array[] = []
  #queued = 0
  #received = 0
  #resting = false
  #ended = false
  #failure: ReceiveError | undefined
  #wake: () => void = () => {}

  constructor(source: Readable, limits: IntakeLimits) {
    this.#source = source
    this.#limits = limits
    this.#pace = createPace(limits, performance.now())
    const {
      idleMilliseconds,
      windowMilliseconds = Infinity,
      declaredBytes = 0,
      maximumBytes = Infinity,
    } = limits
    const tick = Math.min(LONGEST_TICK_MILLISECONDS, idleMilliseconds / 4, windowMilliseconds / 4)
    this.#ticking = setInterval(this.#onTick, tick).unref()
    if (declaredBytes > maximumBytes) this.#fail({ type: 'too-large', limit: maximumBytes })
    this.#listen()
  }

  /** Bytes that came, not counting those beyond a limit. */
  get received(): number {
    return this.#received
  }

  /**
   * The next chunk, or undefined after the last. What came before a failure is given out before it.
   * @throws ReceiveError
   */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#queue.length === 0) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#ended) return this.#assertComplete()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const chunk = this.#queue.shift()
    this.#queued -= chunk?.byteLength ?? 0
    if (this.#resting && this.#queued <= LOW_WATER_BYTES) this.#resume()
    return chunk
  }

  /** Stops listening; the source stays, paused. */
  close(): void {
    clearInterval(this.#ticking)
    this.#source.pause()
    // The error listener stays: the connection may still break while the answer is written.
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onGone)
    this.#limits.signal?.removeEventListener('abort', this.#onCancel)
  }

  #listen(): void {
    const { signal } = this.#limits
    const source = this.#source
    source.on('error', this.#onGone).on('close', this.#onGone).on('end', this.#onEnd).on('data', this.#onData)
    signal?.addEventListener('abort', this.#onCancel, { once: true })
    if (signal?.aborted === true) this.#onCancel()
    if (source.readableEnded) this.#onEnd()
    else if (source.destroyed) this.#onGone()
    else source.resume()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#failure !== undefined) return
    const problem = this.#excess(this.#received + chunk.byteLength)
    if (problem !== undefined) return this.#fail(problem)
    this.#received += chunk.byteLength
    this.#pace.heard(chunk.byteLength, performance.now())
    this.#queue.push(chunk)
    this.#queued += chunk.byteLength
    if (this.#queued >= HIGH_WATER_BYTES) this.#pause()
    this.#wake()
  }

  readonly #onEnd = (): void => {
    this.#ended = true
    this.#wake()
  }

  readonly #onGone = (cause?: unknown): void => {
    if (!this.#ended) this.#fail({ type: 'gone' }, cause === undefined ? {} : { cause })
  }

  readonly #onCancel = (): void => this.#fail({ type: 'cancelled' })

  readonly #onTick = (): void => {
    const verdict = this.#pace.verdict(performance.now())
    if (verdict !== 'fine' && !this.#ended) this.#fail({ type: verdict })
  }

  #pause(): void {
    this.#resting = true
    this.#source.pause()
    this.#pace.rest(performance.now())
  }

  #resume(): void {
    if (this.#failure !== undefined) return
    this.#resting = false
    this.#pace.listen(performance.now())
    this.#source.resume()
  }

  #fail(problem: ReceiveProblem, options: ErrorOptions = {}): void {
    this.#failure ??= new ReceiveError(problem, options)
    this.#source.pause()
    this.#wake()
  }

  #excess(received: number): ReceiveProblem | undefined {
    const { declaredBytes, maximumBytes } = this.#limits
    if (maximumBytes !== undefined && received > maximumBytes)
      return { type: 'too-large', limit: maximumBytes }
    if (declaredBytes === undefined || received <= declaredBytes) return undefined
    return { type: 'length-mismatch', declared: declaredBytes, received }
  }

  #assertComplete(): undefined {
    const { declaredBytes } = this.#limits
    if (declaredBytes === undefined || declaredBytes === this.#received) return undefined
    throw new ReceiveError({ type: 'length-mismatch', declared: declaredBytes, received: this.#received })
  }
}
