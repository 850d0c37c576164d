import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { Writable } from 'node:stream'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newBlobKey, parseBlobKey, type BlobKey } from '../blob-key.ts'
import { testBlobStore } from '../contract.ts'
import { BlobStoreFullError, type BlobStore, type BlobWriter, type UploadPosition } from '../port.ts'
import { digestOf, samplePart } from '../contract-sample.ts'
import { blobPath } from './layout.ts'
import { openFilesystemBlobStore } from './open.ts'

const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE
const TOOLS = { mount: 'mount', umount: 'umount' }

testBlobStore('a directory', async () => {
  const place = await mkdtemp(join(tmpdir(), 'wharden-blobs-'))
  return {
    module: new URL('contract-place.ts', import.meta.url).pathname,
    place,
    cleanUp: () => rm(place, { recursive: true }),
  }
})

describe('the filesystem blob store', () => {
  let directory: string
  let store: BlobStore
  beforeAll(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'wharden-blobs-')), 'deep', 'blobs')
    store = await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 })
  })
  afterAll(() => rm(join(directory, '..', '..'), { recursive: true }))

  test('names files by their keys, in shards by their last digits', async () => {
    const key = await upload(store, samplePart(0, 10))
    expect(relative(directory, blobPath(directory, key))).toBe(`${key.slice(30)}/${key}`)
    expect((await stat(blobPath(directory, key))).size).toBe(10)
    expect((await stat(blobPath(directory, key))).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toHaveLength(256)
  })

  test.each([
    '',
    '..',
    '../../etc/passwd',
    `${'0'.repeat(31)}/`,
    '0'.repeat(31),
    '0'.repeat(33),
    'A'.repeat(32),
    `${'0'.repeat(32)}\n`,
  ])('takes no %j for a key, so no path leaves the directory', (text) =>
    expect(parseBlobKey(text)).toBeUndefined(),
  )

  test('leaves files alone that no key names', async () => {
    await writeFile(join(directory, '00', 'lost+found'), '')
    await mkdir(join(directory, 'notes'))
    for await (const keys of store.keys(Infinity)) expect(keys.map((key) => parseBlobKey(key))).toEqual(keys)
  })

  test('reads by the row when a crash left the file longer', async () => {
    const writer = await begin(store)
    await writer.append(samplePart(0, 1000))
    const position = await writer.checkpoint()
    await writer.close()
    const file = await open(blobPath(directory, position.key), 'a')
    await file.write(Buffer.alloc(5000))
    await file.close()
    const restarted = await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 })
    const resumed = await resume(restarted, position)
    await resumed.append(samplePart(1000, 500))
    const finished = await resumed.finish(digestOf(samplePart(0, 1500)))
    expect(finished).toMatchObject({ type: 'ok', value: { size: 1500 } })
    if (finished.type === 'ok')
      expect(await restarted.readAll(finished.value.key, 1500)).toEqual(samplePart(0, 1500))
  })

  test('refuses to go on with bytes that are not those it was given', async () => {
    const writer = await begin(store)
    await writer.append(samplePart(0, 1000))
    const position = await writer.checkpoint()
    await writer.close()
    await writeFile(blobPath(directory, position.key), samplePart(1, 1000))
    const before = await countFiles(directory)
    const resumed = await resume(await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 }), position)
    await expect(resumed.append(samplePart(1000, 1))).rejects.toThrow('does not begin with the 1000 bytes')
    await resumed.close()
    expect(await countFiles(directory)).toBe(before)
  })

  test('leaves no file behind when an upload taken over is given up before a checkpoint', async () => {
    const writer = await begin(store)
    await writer.append(samplePart(0, 1000))
    const position = await writer.checkpoint()
    await writer.close()
    const before = await countFiles(directory)
    const taken = await resume(await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 }), position)
    await taken.append(samplePart(1000, 1000))
    await taken.close()
    expect(await countFiles(directory)).toBe(before)
  })

  test('moves no byte when the PUT that ends an upload elsewhere is empty', async () => {
    const writer = await begin(store)
    await writer.append(samplePart(0, 1000))
    const position = await writer.checkpoint()
    await writer.close()
    const elsewhere = await resume(
      await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 }),
      position,
    )
    expect(await elsewhere.finish(position.digest)).toMatchObject({
      type: 'ok',
      value: { key: position.key },
    })
  })

  test('counts beyond 4 GiB', async () => {
    const size = 5 * GIBIBYTE
    const marks = [0, 2 ** 31 - 3, 2 ** 32 - 3, size - 6]
    const key = newBlobKey(Date.now())
    const file = await open(blobPath(directory, key), 'wx')
    await file.truncate(size)
    for (const mark of marks) await file.write(Buffer.from(`<${mark % 10000}`.padEnd(6, '>')), 0, 6, mark)
    await file.close()
    for (const mark of marks) {
      const bytes = await fetchRange(store, key, mark, mark + 6)
      expect(bytes.toString()).toBe(`<${mark % 10000}`.padEnd(6, '>'))
    }
    expect((await fetchRange(store, key, 2 ** 32 - 2 * MEBIBYTE, 2 ** 32 + 2 * MEBIBYTE)).length).toBe(
      4 * MEBIBYTE,
    )
    expect(await store.read(key, { start: 0, end: size + 1 })).toBeUndefined()
    expect(await store.stat(key)).toMatchObject({ size })
    await store.delete(key)
  })

  describe('serving HTTP', () => {
    const SIZE = 24 * MEBIBYTE
    let key: BlobKey
    const outcomes: Promise<unknown>[] = []
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': SIZE })
      outcomes.push(store.read(key, { start: 0, end: SIZE }).then((reader) => reader?.pipeTo(response)))
    })
    beforeAll(async () => {
      key = await upload(store, samplePart(0, SIZE))
      await once(server.listen(0, '127.0.0.1'), 'listening')
    })
    afterAll(() => {
      server.close()
    })
    const ask = async (): Promise<IncomingMessage> => {
      const request = get({ port: (server.address() as AddressInfo).port, agent: false })
      const [response] = await once(request, 'response')
      return response
    }

    test('sends all of it', async () => {
      const body = Buffer.concat(await (await ask()).toArray())
      expect(digestOf(body)).toBe(digestOf(samplePart(0, SIZE)))
      expect(await outcomes.pop()).toEqual({ type: 'sent', bytes: SIZE })
    })

    test('keeps no file open and no listener waiting when clients leave in the middle', async () => {
      const before = await openFiles(directory)
      const clients = await Promise.all(Array.from({ length: 40 }, ask))
      for (const client of clients) {
        await once(client, 'readable')
        client.destroy()
      }
      const ends = await Promise.all(outcomes.splice(0))
      expect(ends).toHaveLength(40)
      expect(
        ends.every(
          (end) => end !== null && typeof end === 'object' && 'type' in end && end.type === 'aborted',
        ),
      ).toBe(true)
      expect(await openFiles(directory)).toBe(before)
    })
  })

  describe('short of space', () => {
    test('below the mark it refuses, also in the middle of an upload', async () => {
      const low = await openFilesystemBlobStore({ directory, minimumFreeBytes: Number.MAX_SAFE_INTEGER })
      expect(await low.acceptsUploads()).toBe(false)
      const writer = await begin(low)
      const fill = async (): Promise<void> => {
        for (let step = 0; step < 4; step += 1) await writer.append(samplePart(0, MEBIBYTE))
      }
      await expect(fill()).rejects.toThrow(BlobStoreFullError)
      await expect(writer.checkpoint()).rejects.toThrow(BlobStoreFullError)
      await writer.close()
    })

    test('a full device is an upload refused; what was checkpointed stays, and there is room again after a delete', async (context) => {
      const mount = await mountTiny()
      if (mount.type === 'error') {
        // In CI there is root, so a skip would be a hole nobody sees.
        expect(process.env['CI'], mount.reason).toBeUndefined()
        return context.skip(mount.reason)
      }
      try {
        await fillDevice(mount.path)
      } finally {
        execFileSync(TOOLS.umount, [mount.path])
        await rm(mount.path, { recursive: true })
      }
    })
  })
})

async function fillDevice(path: string): Promise<void> {
  const tiny = await openFilesystemBlobStore({ directory: join(path, 'blobs'), minimumFreeBytes: 0 })
  const filler = await upload(tiny, samplePart(0, 3 * MEBIBYTE))
  const writer = await begin(tiny)
  await writer.append(samplePart(0, 2 * MEBIBYTE))
  const position = await writer.checkpoint()
  const overfill = async (): Promise<void> => {
    for (let step = 0; step < 8; step += 1) await writer.append(samplePart(writer.offset, MEBIBYTE))
    await writer.checkpoint()
  }
  await expect(overfill()).rejects.toThrow(BlobStoreFullError)
  await writer.close()
  await tiny.delete(filler)
  const again = await resume(tiny, position)
  await again.append(samplePart(2 * MEBIBYTE, 2 * MEBIBYTE))
  const bytes = samplePart(0, 4 * MEBIBYTE)
  expect(await again.finish(digestOf(bytes))).toMatchObject({ type: 'ok' })
  expect((await fetchRange(tiny, position.key, 0, bytes.length)).equals(bytes)).toBe(true)
}

type Mount =
  | { readonly type: 'ok'; readonly path: string }
  | { readonly type: 'error'; readonly reason: string }

async function mountTiny(): Promise<Mount> {
  const path = await mkdtemp(join(tmpdir(), 'wharden-tiny-'))
  try {
    execFileSync(TOOLS.mount, ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'pipe' })
    return { type: 'ok', path }
  } catch (cause) {
    await rm(path, { recursive: true })
    return {
      type: 'error',
      reason: `a small tmpfs can't be mounted here (it takes root on Linux): ${String(cause)}`,
    }
  }
}

function begin(store: BlobStore): Promise<BlobWriter> {
  return resume(store, store.startUpload('sha256'))
}

async function resume(store: BlobStore, position: UploadPosition): Promise<BlobWriter> {
  const opened = await store.openUpload(position)
  if (opened.type === 'error') throw new Error(opened.error.type)
  return opened.value
}

async function upload(store: BlobStore, bytes: Uint8Array): Promise<BlobKey> {
  const writer = await begin(store)
  await writer.append(bytes)
  const finished = await writer.finish(digestOf(bytes))
  if (finished.type === 'error') throw new Error(finished.error.type)
  return finished.value.key
}

async function fetchRange(store: BlobStore, key: BlobKey, start: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  const target = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const reader = await store.read(key, { start, end })
  await reader?.pipeTo(target)
  return Buffer.concat(chunks)
}

async function countFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

/** How many of this process's descriptors are files of the store. */
async function openFiles(directory: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd')
  const targets = await Promise.all(
    descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  )
  return targets.filter((target) => target.startsWith(directory)).length
}
