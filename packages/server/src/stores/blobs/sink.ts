import type { Writable } from 'node:stream'
import type { PipeOutcome } from './port.ts'

/** Somewhere bytes go whose memory we want back: each write tells when it has been let go of. */
export type Sink = {
  readonly gone: boolean
  /** True once the bytes have left for the operating system, false when the other side went away first. */
  write(bytes: Uint8Array): Promise<boolean>
  /** Stops listening. The sink is the caller's again. */
  release(): void
}

/** Watches `target` for its end, and destroys it when `signal` says so. */
export function openSink(target: Writable, signal?: AbortSignal): Sink {
  const waiting = new Set<(left: boolean) => void>()
  let gone = target.destroyed || signal?.aborted === true
  const leave = (): void => {
    gone = true
    for (const settle of waiting) settle(false)
    waiting.clear()
  }
  const destroy = (): void => void target.destroy()
  // A client that goes away is no error of ours; unheard, the event would end the process.
  target.on('error', leave).on('close', leave)
  if (signal?.aborted === true) destroy()
  signal?.addEventListener('abort', destroy, { once: true })

  return {
    get gone() {
      return gone
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (gone) return resolve(false)
        waiting.add(resolve)
        // The callback may never come when the socket dies; `leave` answers then.
        target.write(bytes, (failure) => {
          if (waiting.delete(resolve)) resolve(failure === null || failure === undefined)
        })
      }),
    release() {
      signal?.removeEventListener('abort', destroy)
      target.off('close', leave)
      // The error listener stays: a socket may still break while it empties.
    },
  }
}

/** What `BlobReader.pipeTo` promises of the response, whatever sends the bytes; closing the reader is the caller's. */
export async function pourInto(
  response: Writable,
  signal: AbortSignal | undefined,
  send: (sink: Sink) => Promise<PipeOutcome>,
): Promise<PipeOutcome> {
  const sink = openSink(response, signal)
  try {
    const outcome = await send(sink)
    if (outcome.type === 'sent') response.end()
    return outcome
  } catch (cause) {
    // Headers have promised more bytes than there are: only a broken connection tells the client.
    response.destroy()
    throw cause
  } finally {
    sink.release()
  }
}
