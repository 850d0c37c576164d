import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newBlobKey, type BlobKey } from '../stores/blobs/blob-key.ts'
import { openFilesystemBlobStore } from '../stores/blobs/filesystem/open.ts'
import { blobPath } from '../stores/blobs/filesystem/layout.ts'
import type { BlobStore } from '../stores/blobs/port.ts'
import { sweepOrphans } from './sweep-orphans.ts'

const HOUR = 3_600_000
const NOW = Date.now()
const never = new AbortController().signal

let directory: string
let blobs: BlobStore
let named: Set<BlobKey>
/** The rows, as the metadata store would answer for them. */
const rows = { known: async (keys: readonly BlobKey[]) => new Set(keys.filter((key) => named.has(key))) }

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-orphans-'))
  blobs = await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 })
  named = new Set()
})
afterEach(() => rm(directory, { recursive: true }))

describe('the sweep of keys without a row', () => {
  test('takes those, and only those, that are old and that nobody wrote to', async () => {
    const row = await put(48, 48)
    const orphan = await put(48, 48)
    const young = await put(23, 23)
    const written = await put(48, 1)
    named.add(row)
    expect(await sweepOrphans({ rows, blobs }, NOW, never)).toBe(1)
    expect(await exists(row)).toBe(true)
    expect(await exists(orphan)).toBe(false)
    expect(await exists(young)).toBe(true)
    expect(await exists(written)).toBe(true)
  })

  test('spares a key that got its row while the sweep was looking', async () => {
    const key = await put(48, 48)
    let asked = 0
    const moving = {
      known: async (keys: readonly BlobKey[]) => {
        asked += 1
        return new Set(asked === 1 ? [] : keys)
      },
    }
    expect(await sweepOrphans({ rows: moving, blobs }, NOW, never)).toBe(0)
    expect(await exists(key)).toBe(true)
  })

  test('deletes nothing when most of the store is unknown: it may be the wrong database', async () => {
    const many = Array.from({ length: 1200 }, () => newBlobKey(NOW - 48 * HOUR))
    const deleted: BlobKey[] = []
    const listed = {
      async *keys() {
        yield many
      },
      stat: async () => ({ size: 1, touchedAt: 0 }),
      delete: async (key: BlobKey) => void deleted.push(key),
    }
    named.add(many[0] ?? newBlobKey(NOW))
    await expect(sweepOrphans({ rows, blobs: listed }, NOW, never)).rejects.toThrow('wrong database')
    expect(deleted).toEqual([])
    for (const key of many.slice(0, 600)) named.add(key)
    expect(await sweepOrphans({ rows, blobs: listed }, NOW, never)).toBe(600)
  })

  test('stops when told to', async () => {
    const orphan = await put(48, 48)
    expect(await sweepOrphans({ rows, blobs }, NOW, AbortSignal.abort())).toBe(0)
    expect(await exists(orphan)).toBe(true)
  })
})

/** A file whose key was made, and that was written to, so many hours ago. */
async function put(made: number, touched: number): Promise<BlobKey> {
  const position = { ...blobs.startUpload('sha256'), key: newBlobKey(NOW - made * HOUR) }
  const opened = await blobs.openUpload(position)
  if (opened.type === 'error') throw new Error(opened.error.type)
  await opened.value.append(Buffer.from('x'))
  await opened.value.checkpoint()
  await opened.value.close()
  const time = new Date(NOW - touched * HOUR)
  await utimes(blobPath(directory, position.key), time, time)
  return position.key
}

async function exists(key: BlobKey): Promise<boolean> {
  return (await blobs.stat(key)) !== undefined
}
