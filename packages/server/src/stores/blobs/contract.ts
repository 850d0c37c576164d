// What every blob store must hold to, run against each of them.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blobKeyTime, newBlobKey, type BlobKey } from './blob-key.ts'
import type { BlobRange, BlobStore, BlobWriter, FinishedBlob, UploadPosition } from './port.ts'
import { digestOf, samplePart } from './sample-bytes.ts'

export type BlobStoreHarness = {
  /** A module exporting `openPlace(place)`: how a process opens the store. */
  readonly module: string
  readonly place: string
  cleanUp(): Promise<void>
}

const CHILD = new URL('contract-child.ts', import.meta.url).pathname
const MEBIBYTE = 1024 * 1024

export function testBlobStore(name: string, start: () => Promise<BlobStoreHarness>): void {
  describe(`${name} as a blob store`, () => {
    let harness: BlobStoreHarness
    /** Two processes' views of one store: they share no memory. */
    let here: BlobStore
    let there: BlobStore

    beforeAll(async () => {
      harness = await start()
      const { openPlace }: { openPlace(place: string): Promise<BlobStore> } = await import(harness.module)
      here = await openPlace(harness.place)
      there = await openPlace(harness.place)
    })
    afterAll(async () => {
      await here.close()
      await there.close()
      await harness.cleanUp()
    })

    const store = async (bytes: Uint8Array): Promise<FinishedBlob> => {
      const writer = await open(here, here.startUpload('sha256'))
      await writer.append(bytes)
      return finish(writer, bytes)
    }

    describe('an upload', () => {
      test('of nothing is a blob of nothing', async () => {
        const { key, size } = await finish(await open(here, here.startUpload('sha256')), Buffer.alloc(0))
        expect(size).toBe(0)
        expect(await contents(here, key, { start: 0, end: 0 })).toEqual(Buffer.alloc(0))
        expect(await here.readAll(key, 0)).toEqual(Buffer.alloc(0))
      })

      test.each([1, 65_536, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE + 7])(
        'of %i bytes comes back',
        async (size) => {
          const bytes = samplePart(0, size)
          const { key } = await store(bytes)
          expect((await contents(there, key, { start: 0, end: size })).equals(bytes)).toBe(true)
        },
      )

      test('comes out the same however it is cut, checkpointed and handed from process to process', async () => {
        const step = fc.oneof(
          fc.record({ type: fc.constant('append' as const), size: fc.integer({ min: 0, max: 400_000 }) }),
          fc.record({ type: fc.constantFrom('checkpoint', 'reopen', 'move', 'forget') }),
        )
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
            let at = here
            let position = at.startUpload('sha256')
            let writer = await open(at, position)
            for (const next of steps) {
              if ('size' in next) {
                await writer.append(samplePart(writer.offset, next.size))
                continue
              }
              if (next.type !== 'forget') position = await writer.checkpoint()
              if (next.type === 'checkpoint') continue
              await writer.close()
              if (next.type === 'move') at = at === here ? there : here
              writer = await open(at, position)
              expect(writer.offset).toBe(position.offset)
            }
            const bytes = samplePart(0, writer.offset)
            const { key, size } = await finish(writer, bytes)
            expect((await contents(here, key, { start: 0, end: size })).equals(bytes)).toBe(true)
          }),
          { numRuns: 40 },
        )
      })

      test('with a wrong digest says what the bytes are', async () => {
        const bytes = samplePart(0, 1000)
        const writer = await open(here, here.startUpload('sha256'))
        await writer.append(bytes)
        expect(await writer.finish(digestOf(samplePart(1, 1000)))).toEqual({
          type: 'error',
          error: { type: 'digest-mismatch', actual: digestOf(bytes) },
        })
        await expect(writer.append(bytes)).rejects.toThrow('closed')
      })

      test.each(['sha256', 'sha512'] as const)(
        'hashed as %s can be finished with a digest of either kind',
        async (algorithm) => {
          for (const asked of ['sha256', 'sha512'] as const) {
            const bytes = samplePart(5, 3 * MEBIBYTE)
            const writer = await open(here, here.startUpload(algorithm))
            await writer.append(bytes)
            const position = await writer.checkpoint()
            expect(position.digest).toBe(digestOf(bytes, algorithm))
            await writer.close()
            const elsewhere = await open(there, position)
            expect(await elsewhere.finish(digestOf(bytes, asked))).toMatchObject({
              type: 'ok',
              value: { size: bytes.length },
            })
          }
        },
      )

      test('whose bytes are not there is gone', async () => {
        const position = { ...here.startUpload('sha256'), offset: 10 }
        expect(await here.openUpload(position)).toEqual({ type: 'error', error: { type: 'upload-gone' } })
      })

      test('that was deleted is gone', async () => {
        const writer = await open(here, here.startUpload('sha256'))
        await writer.append(samplePart(0, 10))
        const position = await writer.checkpoint()
        await writer.close()
        await here.delete(position.key)
        for (const store of [here, there]) {
          expect(await store.openUpload(position)).toEqual({ type: 'error', error: { type: 'upload-gone' } })
        }
      })

      test('beside others of the same bytes disturbs none of them', async () => {
        const bytes = samplePart(0, 2 * MEBIBYTE)
        const finished = await Promise.all(Array.from({ length: 8 }, () => store(bytes)))
        expect(new Set(finished.map(({ key }) => key)).size).toBe(8)
        await here.delete(finished[0]?.key ?? newBlobKey(0))
        for (const { key, size } of finished.slice(1)) {
          expect((await contents(there, key, { start: 0, end: size })).equals(bytes)).toBe(true)
        }
      })

      test('takes no more room than its row says when what was not acknowledged is written anew', async () => {
        const first = await open(here, here.startUpload('sha256'))
        await first.append(samplePart(0, 1000))
        const position = await first.checkpoint()
        await first.append(Buffer.alloc(2 * MEBIBYTE))
        await first.close()
        const second = await open(here, position)
        await second.append(samplePart(1000, 1000))
        const { key } = await finish(second, samplePart(0, 2000))
        expect(await here.stat(key)).toMatchObject({ size: 2000 })
      })
    })

    describe('a writer that outlived its lease', () => {
      // [where it is, where the one that took over is]
      test.each(['same process', 'another process'])(
        'can not touch what another publishes (%s)',
        async (where) => {
          const other = where === 'same process' ? here : there
          for (const begun of [0, 1000]) {
            const position = await begin(here, begun)
            const stale = await open(here, position)
            await stale.append(Buffer.alloc(2 * MEBIBYTE, 'x'))
            const writer = await open(other, position)
            await writer.append(samplePart(begun, 5000))
            await stale.append(Buffer.alloc(2 * MEBIBYTE, 'y'))
            const bytes = samplePart(0, begun + 5000)
            const { key, size } = await finish(writer, bytes)
            await stale.append(Buffer.alloc(2 * MEBIBYTE, 'z'))
            await stale.checkpoint()
            await stale.close()
            expect((await contents(other, key, { start: 0, end: size })).equals(bytes)).toBe(true)
          }
        },
      )

      test('can not touch what another finished as it stood', async () => {
        const position = await begin(here, 1000)
        const stale = await open(here, position)
        await stale.append(Buffer.alloc(2 * MEBIBYTE, 'x'))
        const { key } = await finish(await open(there, position), samplePart(0, 1000))
        await stale.append(Buffer.alloc(2 * MEBIBYTE, 'y'))
        await stale.checkpoint()
        await stale.close()
        expect((await contents(there, key, { start: 0, end: 1000 })).equals(samplePart(0, 1000))).toBe(true)
        expect(await there.readAll(key, 1000)).toEqual(samplePart(0, 1000))
      })

      const begin = async (at: BlobStore, size: number): Promise<UploadPosition> => {
        const writer = await open(at, at.startUpload('sha256'))
        await writer.append(samplePart(0, size))
        const position = await writer.checkpoint()
        await writer.close()
        return position
      }
    })

    describe('a process killed in the middle', () => {
      test.each([1, 2, 5])('loses nothing it acknowledged (killed after %i positions)', async (after) => {
        const position = await killAfter(after)
        for (const at of [here, there]) {
          const writer = await open(at, position)
          expect(writer.offset).toBe(position.offset)
          await writer.append(samplePart(writer.offset, 12_345))
          const bytes = samplePart(0, position.offset + 12_345)
          const { key, size } = await finish(writer, bytes)
          expect((await contents(at, key, { start: 0, end: size })).equals(bytes)).toBe(true)
        }
        expect(
          await (await open(here, position)).finish(digestOf(samplePart(0, position.offset))),
        ).toMatchObject({ type: 'ok' })
      })

      const killAfter = async (count: number): Promise<UploadPosition> => {
        const first = JSON.stringify(here.startUpload('sha256'))
        const child = spawn(process.execPath, [CHILD, harness.module, harness.place, first], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const exited = once(child, 'exit')
        let last = ''
        let seen = 0
        for await (const line of createInterface({ input: child.stdout })) {
          last = line
          seen += 1
          if (seen === count) child.kill('SIGKILL')
        }
        expect(await exited).toEqual([null, 'SIGKILL'])
        return JSON.parse(last)
      }
    })

    describe('reading', () => {
      const SIZE = 3 * MEBIBYTE + 5
      const bytes = samplePart(0, SIZE)
      let key: BlobKey
      beforeAll(async () => {
        key = (await store(bytes)).key
      })

      test.each([
        [0, 0],
        [0, 1],
        [SIZE - 1, SIZE],
        [SIZE, SIZE],
        [MEBIBYTE - 1, MEBIBYTE + 1],
        [100, 65_636],
        [100, 65_637],
        [1, SIZE],
        [0, SIZE],
      ])('bytes [%i, %i) gives exactly those', async (start, end) => {
        const read = await contents(here, key, { start, end })
        expect(read.equals(bytes.subarray(start, end))).toBe(true)
      })

      test.each([
        [0, SIZE + 1],
        [SIZE + 1, SIZE + 1],
      ])('bytes [%i, %i) finds too few', async (start, end) => {
        expect(await here.read(key, { start, end })).toBeUndefined()
      })

      test.each([
        [-1, 1],
        [2, 1],
        [0.5, 1],
        [0, Number.NaN],
      ])('bytes [%d, %d) is a mistake', async (start, end) => {
        await expect(here.read(key, { start, end })).rejects.toThrow(RangeError)
      })

      test('a key that nobody wrote finds nothing', async () => {
        const nobody = newBlobKey(Date.now())
        expect(await here.read(nobody, { start: 0, end: 0 })).toBeUndefined()
        expect(await here.readAll(nobody, 0)).toBeUndefined()
        expect(await here.stat(nobody)).toBeUndefined()
      })

      test('whole is for small blobs, and only for their true size', async () => {
        const small = await store(samplePart(9, 4096))
        expect(await here.readAll(small.key, 4096)).toEqual(samplePart(9, 4096))
        expect(await here.readAll(small.key, 4096)).toEqual(samplePart(9, 4096))
        expect(await here.readAll(small.key, 4097)).toBeUndefined()
        expect(((await here.readAll(key, SIZE)) as Buffer).equals(bytes)).toBe(true)
        await expect(here.readAll(key, 4 * MEBIBYTE + 1)).rejects.toThrow(RangeError)
      })

      test('goes on when the blob is deleted meanwhile', async () => {
        const doomed = await store(bytes)
        const reader = await here.read(doomed.key, { start: 0, end: SIZE })
        const target = new Collector()
        const sending = reader?.pipeTo(target)
        await once(target, 'first')
        await there.delete(doomed.key)
        target.emit('go')
        expect(await sending).toEqual({ type: 'sent', bytes: SIZE })
        expect(target.contents().equals(bytes)).toBe(true)
        expect(await here.read(doomed.key, { start: 0, end: 1 })).toBeUndefined()
      })

      test('ends when the client goes away', async () => {
        const reader = await here.read(key, { start: 0, end: SIZE })
        const target = new PassThrough({ highWaterMark: 1 })
        const sending = reader?.pipeTo(target)
        await once(target, 'readable')
        target.destroy(new Error('connection reset'))
        expect(await sending).toMatchObject({ type: 'aborted' })
      })

      test('ends when the caller says so, and destroys the response', async () => {
        for (const early of [true, false]) {
          const reader = await here.read(key, { start: 0, end: SIZE })
          const target = new PassThrough({ highWaterMark: 1 })
          const stop = new AbortController()
          if (early) stop.abort()
          const sending = reader?.pipeTo(target, stop.signal)
          if (!early) await once(target, 'readable')
          stop.abort()
          expect(await sending).toMatchObject({ type: 'aborted' })
          expect(target.destroyed).toBe(true)
        }
      })

      test('to someone who has left already is an abort of nothing', async () => {
        const reader = await here.read(key, { start: 0, end: SIZE })
        const target = new PassThrough()
        target.destroy()
        expect(await reader?.pipeTo(target)).toEqual({ type: 'aborted', bytes: 0 })
      })

      test('to many slow clients at once mixes nothing up', async () => {
        const slow = async (start: number): Promise<boolean> => {
          const target = new Collector()
          target.on('first', () => void turn().then(() => target.emit('go')))
          const reader = await here.read(key, { start, end: SIZE })
          await reader?.pipeTo(target)
          return target.contents().equals(bytes.subarray(start))
        }
        const right = await Promise.all(Array.from({ length: 80 }, (_, index) => slow(index * 1000)))
        expect(right.every(Boolean)).toBe(true)
      })

      test('may be given up before it begins', async () => {
        const reader = await here.read(key, { start: 0, end: SIZE })
        await reader?.close()
        await reader?.close()
      })
    })

    describe('keys', () => {
      test('are listed if they are old enough, uploads among them', async () => {
        const { key } = await store(samplePart(0, 10))
        const upload = await open(here, here.startUpload('sha256'))
        await upload.append(samplePart(0, 10))
        const position = await upload.checkpoint()
        await upload.close()
        const later = 1 + Math.max(blobKeyTime(key), blobKeyTime(position.key))
        expect(await keys(there, later)).toEqual(expect.arrayContaining([key, position.key]))
        expect(await keys(there, blobKeyTime(key))).not.toContain(key)
        await there.delete(key)
        await there.delete(key)
        expect(await keys(here, later)).not.toContain(key)
      })

      test('say when they were last written', async () => {
        const before = Date.now()
        const { key } = await store(samplePart(0, 10))
        const stat = await there.stat(key)
        expect(stat?.size).toBe(10)
        // A file system may stamp by a clock that ticks every few milliseconds.
        expect(Math.abs((stat?.touchedAt ?? 0) - before)).toBeLessThan(60_000)
      })
    })

    test('there is room', async () => {
      expect(await here.acceptsUploads()).toBe(true)
      expect(await here.freeSpace()).toBeGreaterThan(0)
    })
  })
}

async function open(store: BlobStore, position: UploadPosition): Promise<BlobWriter> {
  const opened = await store.openUpload(position)
  if (opened.type === 'error') throw new Error(opened.error.type)
  return opened.value
}

async function finish(writer: BlobWriter, bytes: Uint8Array): Promise<FinishedBlob> {
  const finished = await writer.finish(digestOf(bytes))
  if (finished.type === 'error') throw new Error(`the bytes are ${finished.error.actual}`)
  return finished.value
}

async function contents(store: BlobStore, key: BlobKey, range: BlobRange): Promise<Buffer> {
  const target = new Collector()
  target.on('first', () => target.emit('go'))
  const reader = await store.read(key, range)
  if (reader === undefined) throw new Error('no such bytes')
  const outcome = await reader.pipeTo(target)
  expect(outcome).toEqual({ type: 'sent', bytes: range.end - range.start })
  return target.contents()
}

/**
 * A client that takes its first bytes, says so (`first`), and waits for `go`. It copies what it gets, as the kernel does:
 * a chunk's memory is its writer's again once it has called back.
 */
class Collector extends Writable {
  readonly #chunks: Buffer[] = []

  constructor() {
    super({ highWaterMark: 1 })
  }

  contents(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk))
    if (this.#chunks.length > 1) return done()
    this.once('go', done)
    this.emit('first')
  }
}

async function keys(store: BlobStore, before: number): Promise<readonly BlobKey[]> {
  const all: BlobKey[] = []
  for await (const batch of store.keys(before)) all.push(...batch)
  return all
}
