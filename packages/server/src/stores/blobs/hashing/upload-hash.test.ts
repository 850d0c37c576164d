import fc from 'fast-check'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BlobStoreUnavailableError } from '../port.ts'
import { digestOf, samplePart } from '../contract-sample.ts'
import { createHasher, type Hasher } from './hasher.ts'
import { UploadHash } from './upload-hash.ts'

const MEBIBYTE = 1024 * 1024

let hasher: Hasher
let threads: Worker[]
const started = (thread: Worker): number => threads.push(thread)
beforeEach(() => {
  hasher = createHasher()
  threads = []
  process.on('worker', started)
})
afterEach(async () => {
  process.off('worker', started)
  await hasher.close()
})

describe('the hash of an upload', () => {
  test('is what node makes of the same bytes, however they are cut, told in between and copied', async () => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: 100_000 }),
      fc.constantFrom(MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1),
    )
    const step = fc.oneof(
      fc.record({ type: fc.constantFrom('update' as const, 'shared' as const), size }),
      fc.record({ type: fc.constantFrom('digest', 'copy', 'leave') }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('sha256' as const, 'sha512' as const),
        fc.array(step, { maxLength: 10 }),
        async (algorithm, steps) => {
          let hash = new UploadHash(hasher, algorithm)
          let taken = 0
          for (const next of steps) {
            if ('size' in next) {
              const bytes = samplePart(taken, next.size)
              await hash.update(next.type === 'shared' ? share(bytes) : bytes)
              taken += next.size
            } else if (next.type === 'digest') {
              expect(await hash.digest()).toBe(digestOf(samplePart(0, taken), algorithm))
            } else {
              // Either goes on without the other.
              const copy = hash.copy()
              const [left, kept] = next.type === 'leave' ? [hash, copy] : [copy, hash]
              await left.update(samplePart(1, 100))
              left.close()
              hash = kept
            }
          }
          expect(await hash.digest()).toBe(digestOf(samplePart(0, taken), algorithm))
          hash.close()
          expect(await hasher.count()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
    expect(threads).toHaveLength(1)
  })

  test('of little needs no thread', async () => {
    const hash = new UploadHash(hasher, 'sha256')
    await hash.update(samplePart(0, MEBIBYTE - 1))
    await hash.update(samplePart(MEBIBYTE - 1, MEBIBYTE))
    expect(await hash.digest()).toBe(digestOf(samplePart(0, 2 * MEBIBYTE - 1)))
    expect(threads).toEqual([])
  })

  test('is lost with its thread, says so to whoever waits, and the next has another', async () => {
    const hash = await begun()
    const waiting = [hash.update(samplePart(0, MEBIBYTE)), hash.digest()].map(failureOf)
    await threads[0]?.terminate()
    const copy = hash.copy()
    waiting.push(...[hash.update(samplePart(0, 1)), hash.digest(), copy.digest()].map(failureOf))
    for (const failure of await Promise.all(waiting))
      expect(failure).toBeInstanceOf(BlobStoreUnavailableError)
    expect([hash.lost, copy.lost]).toEqual([true, true])
    hash.close()
    const next = await begun()
    expect(await next.digest()).toBe(digestOf(samplePart(0, MEBIBYTE)))
    expect(next.lost).toBe(false)
    expect(threads).toHaveLength(2)
  })

  test('that was closed takes nothing: its thread rather ends, and says why', async () => {
    const hash = await begun()
    const other = await begun()
    hash.close()
    const failure = await failureOf(hash.update(samplePart(0, 1)))
    expect(failure).toBeInstanceOf(BlobStoreUnavailableError)
    expect(failure).toMatchObject({ cause: { message: 'no hash 1 goes on' } })
    expect(other.lost).toBe(true)
  })
})

/** One that has taken a mebibyte. */
async function begun(): Promise<UploadHash> {
  const hash = new UploadHash(hasher, 'sha256')
  await hash.update(share(samplePart(0, MEBIBYTE)))
  return hash
}

function share(bytes: Buffer): Buffer {
  const shared = Buffer.from(new SharedArrayBuffer(bytes.length))
  bytes.copy(shared)
  return shared
}

function failureOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (cause: unknown) => cause,
  )
}
