import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import {
  credentialsPath,
  readCredentials,
  withLogin,
  withoutLogin,
  writeCredentials,
  type Login,
} from './credentials.ts'

const LOGIN: Login = { secret: 's3cret', name: 'alice', kind: 'session', expiresAt: null }

let home: string
let path: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wharden-cli-'))
  path = credentialsPath({ XDG_CONFIG_HOME: home })
})
afterEach(() => rm(home, { recursive: true }))

test('before any login there is none', async () => {
  expect(await readCredentials(path)).toEqual({ current: null, servers: {} })
})

test('logins are kept per server, readable by their owner only, and nothing else is left behind', async () => {
  const first = withLogin(await readCredentials(path), 'http://localhost:5000', LOGIN)
  await writeCredentials(path, first)
  await writeCredentials(path, withLogin(first, 'https://other.example.com', { ...LOGIN, name: 'bob' }))
  const kept = await readCredentials(path)
  expect(kept.current).toBe('https://other.example.com')
  expect(Object.entries(kept.servers).map(([server, { name }]) => [server, name])).toEqual([
    ['http://localhost:5000', 'alice'],
    ['https://other.example.com', 'bob'],
  ])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(path))).toEqual(['credentials.json'])
})

test('signing out forgets one server, and which was current only if it was that one', async () => {
  const two = withLogin(withLogin({ current: null, servers: {} }, 'http://a', LOGIN), 'http://b', LOGIN)
  expect(withoutLogin(two, 'http://a')).toEqual({ current: 'http://b', servers: { 'http://b': LOGIN } })
  expect(withoutLogin(two, 'http://b')).toEqual({ current: null, servers: { 'http://a': LOGIN } })
})

test('a file that others may read is refused', async () => {
  await writeCredentials(path, withLogin({ current: null, servers: {} }, 'http://a', LOGIN))
  await chmod(path, 0o644)
  await expect(readCredentials(path)).rejects.toThrow('other users may read your credentials')
})

test.each(['', '{', '[]', 'null', '{"servers":null}', '{"servers":{"http://a":{"secret":5}}}'])(
  'a damaged file (%s) is said to be one, without what it holds',
  async (text) => {
    await writeCredentials(path, { current: null, servers: {} })
    await writeFile(path, text)
    await expect(readCredentials(path)).rejects.toThrow(CliError)
  },
)
