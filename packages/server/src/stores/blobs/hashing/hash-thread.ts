import type { DigestAlgorithm } from '@wharden/oci'
import { startThread } from '../../start-thread.ts'
import { BlobStoreUnavailableError } from '../port.ts'
import type { HashState } from './hash-state.ts'
import type { FromHashThread, HashId, Question, ToHashThread } from './messages.ts'

/** The hashing thread, as others see it. */
export type HashThread = {
  readonly ended: boolean
  start(algorithm: DigestAlgorithm): HashState
  /** How many of its hashes aren't closed. */
  count(): Promise<number>
  /** Ends it: whoever still waits for it is told that it is gone. */
  close(): Promise<void>
}

type Answer = FromHashThread['answer']
type Unnumbered<Kind> = Kind extends Question ? Omit<Kind, 'call'> : never

/** Keeps the process from ending only while somebody waits for an answer. */
export function startHashThread(): HashThread {
  const worker = startThread(new URL('./thread.ts', import.meta.url), { name: 'blob-hasher' })
  worker.unref()
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let number = 0
  let ended: BlobStoreUnavailableError | undefined
  let cause: unknown

  worker.on('message', ({ call, answer }: FromHashThread) => {
    waiting.get(call)?.resolve(answer)
    waiting.delete(call)
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', (failure) => (cause = failure))
  // Only now does it read nobody's memory any more.
  worker.on('exit', () => {
    ended = new BlobStoreUnavailableError('the thread that hashes uploads ended: try again', 1, { cause })
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  })

  function tell(message: ToHashThread): void {
    if (ended === undefined) worker.postMessage(message)
  }

  function ask(question: Unnumbered<Question>): Promise<Answer> {
    if (ended !== undefined) return Promise.reject(ended)
    if (waiting.size === 0) worker.ref()
    const call = (number += 1)
    const answered = Promise.withResolvers<Answer>()
    waiting.set(call, answered)
    tell({ ...question, call })
    return answered.promise
  }

  function hashOf(hash: HashId): HashState {
    return {
      get lost() {
        return ended !== undefined
      },
      update: async (bytes) => void (await ask({ type: 'update', hash, bytes })),
      digest: async () => String(await ask({ type: 'digest', hash })),
      copy() {
        const as = (number += 1)
        tell({ type: 'copy', hash, as })
        return hashOf(as)
      },
      close: () => tell({ type: 'drop', hash }),
    }
  }

  return {
    get ended() {
      return ended !== undefined
    },
    start(algorithm) {
      const hash = (number += 1)
      tell({ type: 'start', hash, algorithm })
      return hashOf(hash)
    },
    count: async () => Number(await ask({ type: 'count' })),
    close: async () => void (await worker.terminate()),
  }
}
