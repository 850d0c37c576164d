import { mkdtemp, readdir, readFile, rm, stat, writeFile, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDirectoryDurably, createFileDurably, readIfThere, writeFileDurably } from './durable-file.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-durable-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const bits = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

test.each([0o600, 0o644, 0o666])('the mode %o is exact, whatever the umask', async (mode) => {
  const path = join(directory, 'key')
  const before = process.umask(0o077)
  try {
    await writeFileDurably(path, 'x', { mode })
  } finally {
    process.umask(before)
  }
  expect(await bits(path)).toBe(mode)
})

test('writing replaces the whole content and leaves nothing beside it', async () => {
  const path = join(directory, 'file')
  await writeFileDurably(path, 'a longer first content')
  await writeFileDurably(path, new Uint8Array([104, 105]))
  expect(await readFile(path, 'utf8')).toBe('hi')
  expect(await readdir(directory)).toEqual(['file'])
})

test('a write that fails leaves the old content and nothing beside it', async () => {
  await createDirectoryDurably(join(directory, 'taken'))
  await writeFile(join(directory, 'taken', 'inside'), 'kept')
  await expect(writeFileDurably(join(directory, 'taken'), 'x')).rejects.toThrow()
  expect(await readdir(directory)).toEqual(['taken'])
  expect(await readFile(join(directory, 'taken', 'inside'), 'utf8')).toBe('kept')
})

test('of many creations at once exactly one wins, and its content is what all then read', async () => {
  const path = join(directory, 'seal.key')
  const created = await Promise.all(
    Array.from({ length: 20 }, (_, index) => createFileDurably(path, `key ${index}`, { mode: 0o600 })),
  )
  expect(created.filter(Boolean)).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(`key ${created.indexOf(true)}`)
  expect(await readdir(directory)).toEqual(['seal.key'])
  expect(await bits(path)).toBe(0o600)
})

test('directories are made with their parents, for their owner only, and again without complaint', async () => {
  const path = join(directory, 'a', 'b', 'c')
  await createDirectoryDurably(path)
  await createDirectoryDurably(path)
  expect(await bits(path)).toBe(0o700)
})

test('a missing file reads as nothing, an unreadable one as an error', async () => {
  expect(await readIfThere(join(directory, 'missing'))).toBeUndefined()
  await expect(readIfThere(directory)).rejects.toThrow()
  await chmod(directory, 0o700)
})
