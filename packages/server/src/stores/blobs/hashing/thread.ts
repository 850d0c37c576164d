/**
 * The thread that hashes what is uploaded, while the one that receives it receives more and others write it. What it doesn't
 * understand ends it: a hash that may be wrong is worth less than none.
 */
import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { FromHashThread, HashId, ToHashThread } from './messages.ts'

const port = parentPort
if (port === null) throw new Error('this file is a thread: it is started by `hash-thread.ts`')

const hashes = new Map<HashId, Hash>()

port.on('message', take).on('messageerror', (cause) => {
  throw cause
})

function take(message: ToHashThread): void {
  switch (message.type) {
    case 'start':
      hashes.set(message.hash, createHash(message.algorithm))
      return
    case 'copy':
      hashes.set(message.as, find(message.hash).copy())
      return
    case 'drop':
      hashes.delete(message.hash)
      return
    case 'update':
      find(message.hash).update(message.bytes)
      return answer({ call: message.call })
    case 'digest':
      return answer({ call: message.call, answer: find(message.hash).copy().digest('hex') })
    case 'count':
      return answer({ call: message.call, answer: hashes.size })
  }
}

function find(id: HashId): Hash {
  const hash = hashes.get(id)
  if (hash === undefined) throw new Error(`no hash ${id} goes on`)
  return hash
}

function answer(message: FromHashThread): void {
  port?.postMessage(message)
}
