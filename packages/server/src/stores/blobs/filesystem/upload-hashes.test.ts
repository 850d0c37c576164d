// That a hash is kept in its thread exactly as long as somebody may go on with it, and what becomes of an upload without.

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf, samplePart } from '../contract-sample.ts'
import { createHasher } from '../hashing/hasher.ts'
import { createLiveUploads } from '../live-uploads.ts'
import { BlobStoreUnavailableError, type BlobWriter, type UploadPosition } from '../port.ts'
import { startUpload } from '../start-upload.ts'
import { createBufferPool } from './buffer-pool.ts'
import { blobPath, makeLayout } from './layout.ts'
import { openUpload } from './open-upload.ts'
import { createSpaceGauge } from './space-gauge.ts'
import type { LiveFile, UploadPlace } from './take-over.ts'

const MEBIBYTE = 1024 * 1024

let place: UploadPlace
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-hashes-'))
  await makeLayout(directory)
  place = {
    directory,
    space: createSpaceGauge(directory, 1),
    buffers: createBufferPool({ limit: 8, keep: 2 }),
    hasher: createHasher(),
    live: createLiveUploads<LiveFile>(2, ({ hash }) => hash.close()),
  }
})
afterEach(async () => {
  await place.hasher.close()
  await rm(place.directory, { recursive: true })
})

describe('the hash of an upload', () => {
  test.each<[string, number, () => Promise<unknown>]>([
    ['was finished', 0, async () => (await writing()).finish(digestOf(samplePart(0, 3 * MEBIBYTE)))],
    ['was finished with another digest', 0, async () => (await writing()).finish(digestOf(samplePart(0, 1)))],
    ['was closed and nothing of it acknowledged', 0, async () => (await writing()).close()],
    ['waits for its next request', 1, () => acknowledged()],
    ['was gone on with and closed', 1, async () => (await goOn(await acknowledged())).close()],
    [
      'was gone on with, acknowledged twice and finished',
      0,
      async () => {
        const writer = await goOn(await acknowledged())
        await writer.checkpoint()
        await writer.append(samplePart(4 * MEBIBYTE, MEBIBYTE))
        await writer.checkpoint()
        await writer.finish(digestOf(samplePart(0, 5 * MEBIBYTE)))
      },
    ],
    ['was forgotten', 0, async () => place.live.forget((await acknowledged()).key)],
    [
      'was forgotten for later ones',
      2,
      async () => {
        for (let turn = 0; turn < 4; turn += 1) await acknowledged()
      },
    ],
    [
      'lost its file',
      0,
      async () => {
        const position = await acknowledged()
        await rm(blobPath(place.directory, position.key))
        expect(await openUpload(place, position)).toMatchObject({ type: 'error' })
      },
    ],
    [
      'was taken over, and closed before anything was acknowledged',
      0,
      async () => {
        const position = await acknowledged()
        place.live.forget(position.key)
        await (await goOn(position)).close()
      },
    ],
    [
      'is not what its position says',
      0,
      async () => {
        const position = await acknowledged()
        place.live.forget(position.key)
        const file = await open(blobPath(place.directory, position.key), 'r+')
        await file.write('x', 7)
        await file.close()
        await expect(goOn(position)).rejects.toThrow('does not begin with')
      },
    ],
  ])('that %s leaves %i in the thread', async (_, left, act) => {
    await act()
    expect(await place.hasher.count()).toBe(left)
  })

  test('that died with its thread fails the request; the next one reads what was acknowledged again', async () => {
    const thread = Promise.withResolvers<Worker>()
    process.once('worker', thread.resolve)
    const position = await acknowledged()
    const failing = await goOn(position)
    await (await thread.promise).terminate()
    // Taking more may go well for a while: what is acknowledged may not.
    await failing.append(samplePart(failing.offset, MEBIBYTE)).catch(() => {})
    for (const act of [
      () => failing.checkpoint(),
      () => failing.finish(digestOf(samplePart(0, 4 * MEBIBYTE))),
    ])
      await expect(act()).rejects.toBeInstanceOf(BlobStoreUnavailableError)

    const writer = await goOn(position)
    const finished = await writer.finish(digestOf(samplePart(0, 4 * MEBIBYTE)))
    expect(finished).toMatchObject({ type: 'ok', value: { size: 4 * MEBIBYTE } })
    expect(await place.hasher.count()).toBe(0)
  })
})

/** One that has taken 3 MiB, or as much as it is given, from where it stands. */
async function writing(position = startUpload('sha256'), size = 3 * MEBIBYTE): Promise<BlobWriter> {
  const opened = await openUpload(place, position)
  if (opened.type === 'error') throw new Error(opened.error.type)
  await opened.value.append(samplePart(position.offset, size))
  return opened.value
}

/** Where an upload of 3 MiB stands between two requests. */
async function acknowledged(): Promise<UploadPosition> {
  const writer = await writing()
  const position = await writer.checkpoint()
  await writer.close()
  return position
}

function goOn(position: UploadPosition): Promise<BlobWriter> {
  return writing(position, MEBIBYTE)
}
