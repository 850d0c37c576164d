// How bytes go out, and how keys are listed.

import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { blobKeyTime, newBlobKey, type BlobKey } from './blob-key.ts'
import { Collector, contents, keys, MEBIBYTE, open, storeBlob, type Opened } from './contract-tools.ts'
import type { BlobStore } from './port.ts'
import { samplePart } from './contract-sample.ts'

export function testReading(opened: () => Opened): void {
  let here: BlobStore
  let there: BlobStore
  beforeAll(() => void ({ here, there } = opened()))

  describe('reading', () => {
    const SIZE = 3 * MEBIBYTE + 5
    const bytes = samplePart(0, SIZE)
    let key: BlobKey
    beforeAll(async () => {
      key = (await storeBlob(here, bytes)).key
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
      const small = await storeBlob(here, samplePart(9, 4096))
      expect(await here.readAll(small.key, 4096)).toEqual(samplePart(9, 4096))
      expect(await here.readAll(small.key, 4096)).toEqual(samplePart(9, 4096))
      expect(await here.readAll(small.key, 4097)).toBeUndefined()
      expect(((await here.readAll(key, SIZE)) as Buffer).equals(bytes)).toBe(true)
      await expect(here.readAll(key, 4 * MEBIBYTE + 1)).rejects.toThrow(RangeError)
    })

    test('goes on when the blob is deleted meanwhile', async () => {
      const doomed = await storeBlob(here, bytes)
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
      const { key } = await storeBlob(here, samplePart(0, 10))
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
      const { key } = await storeBlob(here, samplePart(0, 10))
      const stat = await there.stat(key)
      expect(stat?.size).toBe(10)
      // A file system may stamp by a clock that ticks every few milliseconds.
      expect(Math.abs((stat?.touchedAt ?? 0) - before)).toBeLessThan(60_000)
    })
  })
}
