import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFilesystemBlobStore } from '../stores/blobs/filesystem/open.ts'
import { keepArriving } from './keep-arriving.ts'

test('of a body that takes long, what has arrived is made safe every ten seconds; a short one pays nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-arriving-'))
  const blobs = await openFilesystemBlobStore({ directory, minimumFreeBytes: 0 })
  const opened = await blobs.openUpload(blobs.startUpload('sha256'))
  if (opened.type === 'error') throw new Error('a new upload can be opened')
  const moved: number[] = []
  let now = 0
  const writer = keepArriving(
    opened.value,
    async ({ offset }) => void moved.push(offset),
    () => now,
  )
  const arrive = async (at: number) => {
    now = at
    await writer.append(Buffer.alloc(1_000))
  }
  for (const at of [1_000, 9_999]) await arrive(at)
  expect(moved).toEqual([])
  for (const at of [10_000, 19_999, 20_000, 45_000]) await arrive(at)
  expect(moved).toEqual([3_000, 5_000, 6_000])
  await opened.value.close()
  await blobs.close()
  await rm(directory, { recursive: true, force: true })
})
