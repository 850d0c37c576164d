// How bytes come in: whole, in parts, from process to process, or not at all.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { newBlobKey, parseBlobKey } from './blob-key.ts'
import {
  contents,
  finish,
  MEBIBYTE,
  open,
  storeBlob,
  type BlobStoreHarness,
  type Opened,
} from './contract-tools.ts'
import type { BlobStore, UploadPosition } from './port.ts'
import { digestOf, samplePart } from './contract-sample.ts'

const CHILD = new URL('contract-child.ts', import.meta.url).pathname

export function testUploads(opened: () => Opened): void {
  let harness: BlobStoreHarness
  let here: BlobStore
  let there: BlobStore
  beforeAll(() => void ({ harness, here, there } = opened()))

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
        const { key } = await storeBlob(here, bytes)
        expect((await contents(there, key, { start: 0, end: size })).equals(bytes)).toBe(true)
      },
    )

    test(
      'comes out the same however it is cut, checkpointed and handed from process to process',
      { timeout: 60_000 },
      async () => {
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
      },
    )

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
      const finished = await Promise.all(Array.from({ length: 8 }, () => storeBlob(here, bytes)))
      expect(new Set(finished.map(({ key }) => key)).size).toBe(8)
      await here.delete(finished[0]?.key ?? newBlobKey(0))
      for (const { key, size } of finished.slice(1)) {
        expect((await contents(there, key, { start: 0, end: size })).equals(bytes)).toBe(true)
      }
    })

    test('keeps what its next position needs when one is left, and what it became when the last is', async () => {
      const bytes = samplePart(0, 1_500_000)
      let at = here
      let position = at.startUpload('sha256')
      const left = new Set<string>()
      for (const end of [400_000, 800_000, 1_300_000, 1_500_000]) {
        const writer = await open(at, position)
        await writer.append(bytes.subarray(position.offset, end))
        const next = await writer.checkpoint()
        await writer.close()
        await at.leave(position, next)
        left.add(position.key)
        position = next
        if (end > 400_000) at = at === here ? there : here
      }
      const { key, size } = await finish(await open(there, position), bytes)
      await there.leave(position, { key })
      expect((await contents(here, key, { start: 0, end: size })).equals(bytes)).toBe(true)
      for (const gone of left)
        if (gone !== key) expect(await here.stat(parseBlobKey(gone) ?? key)).toBeUndefined()
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
}
