import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSealKeys } from './seal-keys.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER = Buffer.alloc(32, 8).toString('base64')

let path = ''
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'wharden-seal-')), 'keys', 'seal.key')
})
afterEach(() => rm(join(path, '..', '..'), { recursive: true, force: true }))

const none = { configured: undefined, previous: undefined }

test('the first start makes a key for its owner only, and every other start reads it', async () => {
  const loaded = await Promise.all(Array.from({ length: 5 }, () => loadSealKeys({ path, ...none })))
  const ids = loaded.map((result) => (result.type === 'ok' ? result.value.current.id : result.error))
  expect(new Set(ids).size).toBe(1)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')).toHaveLength(32)
})

test('a configured key is used instead, and no file is made', async () => {
  const loaded = await loadSealKeys({ path, configured: KEY, previous: OTHER })
  if (loaded.type === 'error') throw new Error(loaded.error)
  expect(loaded.value.current.id).not.toBe(loaded.value.previous?.id)
  await expect(stat(path)).rejects.toThrow()
})

test.each([
  [
    'too short',
    Buffer.alloc(16).toString('base64'),
    'the seal key in `WHARDEN_SEAL_KEY` has 16 bytes, not 32',
  ],
  [
    'too long',
    Buffer.alloc(64).toString('base64'),
    'the seal key in `WHARDEN_SEAL_KEY` has 64 bytes, not 32',
  ],
  ['hexadecimal', '0f'.repeat(32), 'the seal key in `WHARDEN_SEAL_KEY` has 48 bytes, not 32'],
  ['not base64', `${KEY.slice(0, -2)}!=`, 'the seal key in `WHARDEN_SEAL_KEY` is not base64'],
  ['empty', '', 'the seal key in `WHARDEN_SEAL_KEY` has 0 bytes, not 32'],
])('a key that is %s is refused with a reason, and not shown', async (_, configured, reason) => {
  const loaded = await loadSealKeys({ path, configured, previous: undefined })
  if (loaded.type === 'ok') throw new Error('it was accepted')
  expect(loaded.error).toContain(reason)
  if (configured !== '') expect(loaded.error).not.toContain(configured)
  expect(await loadSealKeys({ path, configured: KEY, previous: configured })).toMatchObject({ type: 'error' })
})

test('a file that everybody can read is refused, one a group can read is not', async () => {
  await loadSealKeys({ path, ...none })
  await chmod(path, 0o644)
  expect(await loadSealKeys({ path, ...none })).toMatchObject({
    type: 'error',
    error: `the seal key in \`${path}\` can be read by every user of this machine: run \`chmod 600 ${path}\``,
  })
  await chmod(path, 0o640)
  expect((await loadSealKeys({ path, ...none })).type).toBe('ok')
})

test('a damaged file is refused, not replaced', async () => {
  await loadSealKeys({ path, ...none })
  await writeFile(path, 'torn')
  expect((await loadSealKeys({ path, ...none })).type).toBe('error')
  expect(await readFile(path, 'utf8')).toBe('torn')
})
