import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startAnswers, type Answer, type Answers } from '../test/answers.ts'
import { runInMemory } from '../test/run-in-memory.ts'
import { createCli } from './create-cli.ts'
import type { Io } from './io.ts'
import { runCli } from './run-cli.ts'

const ANSWERS: Readonly<Record<string, Answer>> = {
  'GET /api/v1/sessions/current': [
    200,
    {
      type: 'user',
      user: 'alice',
      displayName: 'Alice',
      installationAdministrator: false,
      memberships: [{ organization: 'acme', role: 'owner' }],
      credential: { id: 'c1', kind: 'session', expiresAt: null },
    },
  ],
  'POST /api/v1/sessions': [201, { secret: 's3cret', expiresAt: '2026-11-22T00:00:00Z', user: 'alice' }],
  'DELETE /api/v1/sessions/current': [204, undefined],
  'GET /api/v1/organizations/acme/repositories?limit=1000': [200, { items: [repository('a')], next: 'a' }],
  'GET /api/v1/organizations/acme/repositories?limit=1000&after=a': [
    200,
    { items: [repository('b/c')], next: null },
  ],
  'GET /api/v1/organizations/acme/repositories/b%2Fc': [200, repository('b/c')],
  'GET /api/v1/organizations/nowhere': [
    404,
    { defined: true, code: 'not_found', status: 404, message: 'no `nowhere`' },
  ],
  'GET /api/v1/organizations/denied': [
    403,
    { defined: true, code: 'forbidden', status: 403, message: 'no', data: { decision: 'd-1' } },
  ],
  'GET /api/v1/organizations/wicked': [
    404,
    { defined: true, code: 'not_found', status: 404, message: 'a\u001b[2Jb\nc' },
  ],
}

function repository(name: string) {
  const at = '2026-11-21T12:00:00Z'
  const reference = `localhost:5000/acme/${name}`
  return {
    name,
    organization: 'acme',
    description: '',
    visibility: 'private',
    changeableAttributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
    reference,
    createdAt: at,
    updatedAt: at,
  }
}

let server: Answers
let url: string
let home: string
/** What the server says for once instead. */
const instead = new Map<string, Answer>()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wharden-run-'))
  server = await startAnswers(({ line }) => instead.get(line) ?? ANSWERS[line])
  url = server.url
})
afterAll(async () => {
  server.close()
  await rm(home, { recursive: true })
})

const run = (argv: readonly string[], stdin = '', environment: Readonly<Record<string, string>> = {}) =>
  runInMemory(argv, { stdin, environment: { WHARDEN_SERVER: url, XDG_CONFIG_HOME: home, ...environment } })

test.each<{ argv: string[]; code: number; stderr: RegExp }>([
  { argv: ['--help'], code: 0, stderr: /^$/ },
  { argv: ['org', 'show', 'nowhere'], code: 3, stderr: /^error: no `nowhere`\nnext: check the name/ },
  { argv: ['org', 'show', 'denied'], code: 1, stderr: /^error: no\nnext: `wharden explain d-1` says why\n$/ },
  { argv: ['org', 'show', 'wicked'], code: 3, stderr: /^error: a \[2Jb c\n/ },
  { argv: ['org', 'show', 'broken'], code: 1, stderr: /answered 500/ },
  { argv: ['frobnicate'], code: 2, stderr: /unknown command/ },
  { argv: ['org'], code: 2, stderr: /Usage: wharden org/ },
  { argv: ['org', 'show'], code: 2, stderr: /missing required argument/ },
  { argv: ['repo', 'list'], code: 2, stderr: /which organization\?/ },
  { argv: ['repo', 'list', '--org', 'a', '--registry', 'b'], code: 2, stderr: /cannot be used with/ },
  { argv: ['repo', 'update', 'x', '--org', 'acme'], code: 2, stderr: /nothing to change/ },
  {
    argv: ['repo', 'update', 'x:v1', '--org', 'acme', '--visibility', 'public', '--write-enabled', 'true'],
    code: 2,
    stderr: /only a repository has a description and a visibility\nnext: say `x` alone/,
  },
  {
    argv: ['repo', 'update', 'x', '--org', 'acme', '--write-enabled', 'no'],
    code: 2,
    stderr: /Allowed choices are true, false/,
  },
  { argv: ['repo', 'delete', 'x', '--org', 'acme'], code: 2, stderr: /say `--yes`/ },
  {
    argv: ['token', 'renew'],
    code: 2,
    stderr: /which token\?\nnext: set WHARDEN_TOKEN, or .*`--token-stdin`/,
  },
  { argv: ['token', 'rotate'], code: 2, stderr: /which token\?/ },
  { argv: ['token', 'rotate', 'ci', '--overlap', 'soon'], code: 2, stderr: /say `90s`, `15m`/ },
  { argv: ['token', 'list', '--expiring', 'soon'], code: 2, stderr: /say `90s`, `15m`/ },
  { argv: ['token', 'bar', '01a2'], code: 2, stderr: /which organization\?/ },
  { argv: ['whoami', '-o', 'xml'], code: 2, stderr: /Allowed choices are table, json, jsonc, tsv, yaml/ },
  { argv: ['whoami', '--query', '['], code: 2, stderr: /cannot be read/ },
  {
    argv: ['whoami', '--ca', '/nonexistent', '--server', 'https://localhost:1'],
    code: 2,
    stderr: /cannot read the authority/,
  },
  {
    argv: ['whoami', '--server', 'http://127.0.0.1:1'],
    code: 5,
    stderr: /^error: cannot reach http:\/\/127\.0\.0\.1:1: /m,
  },
])('exit code $code: wharden $argv', async ({ argv, code, stderr }) => {
  const ran = await run(argv)
  expect({ ...ran, stderr: '' }).toMatchObject({ code })
  expect(ran.stderr).toMatch(stderr)
})

test('a list is fetched page by page, whole', async () => {
  const ran = await run(['repo', 'list', '--org', 'acme', '--query', '[].name', '-o', 'tsv'])
  expect(ran).toEqual({ code: 0, stdout: 'a\nb/c\n', stderr: '' })
})

test('names with slashes stay one name', async () => {
  const { stdout } = await run(['repo', 'show', 'b/c', '--org', 'acme'])
  expect(stdout.split('\n')[1]).toMatch(/^b\/c +private +localhost:5000\/acme\/b\/c +2026-11-21T12:00:00Z$/)
})

test('after login the session is sent, and after logout it is gone', async () => {
  expect(await run(['login', '-u', 'alice', '--password-stdin'], 'correct horse\n')).toEqual({
    code: 0,
    stdout: '',
    stderr: `signed in to ${url} as \`alice\`\n`,
  })
  const path = join(home, 'wharden', 'credentials.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).not.toContain('correct horse')

  const { stdout } = await run(['whoami', '-o', 'json', '--query', 'user'])
  expect(stdout).toBe('"alice"\n')
  expect(server.asked.at(-1)).toMatchObject({
    line: 'GET /api/v1/sessions/current',
    authorization: 'Bearer s3cret',
  })

  expect((await run(['logout'])).code).toBe(0)
  expect(server.asked.at(-1)).toMatchObject({
    line: 'DELETE /api/v1/sessions/current',
    authorization: 'Bearer s3cret',
  })
  await run(['whoami'])
  expect(server.asked.at(-1)).toMatchObject({
    line: 'GET /api/v1/sessions/current',
    authorization: undefined,
  })
})

test('a refused login says what can be done, and not to log in', async () => {
  const message = 'the user name or the password is wrong'
  instead.set('POST /api/v1/sessions', [
    401,
    { defined: true, code: 'unauthenticated', status: 401, message },
  ])
  const { code, stderr } = await run(['login', '-u', 'alice', '--password-stdin'], 'wrong\n')
  instead.clear()
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: `error: ${message}\nnext: an administrator can help: they give links for new passwords, and enable users again\n`,
  })
})

test('WHARDEN_TOKEN goes before everything that is kept', async () => {
  await run(['whoami'], '', { WHARDEN_TOKEN: 'whd_pat_x' })
  expect(server.asked.at(-1)?.authorization).toBe('Bearer whd_pat_x')
})

test('a password is never taken where others could see it', async () => {
  expect(await run(['login', '-u', 'alice', '--password', 'secret'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("unknown option '--password'"),
  })
  expect(await run(['login', '-u', 'alice'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('`--password-stdin`'),
  })
})

test('a reader who has seen enough, as `head` has, is no error', async () => {
  const closed = () =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
  const io: Io = {
    stdin: Readable.from([]),
    stdout: closed(),
    stderr: closed(),
    environment: {},
    now: () => new Date(0),
  }
  const uncaught = vi.fn<(error: Error) => void>()
  process.on('uncaughtException', uncaught)
  expect(await runCli(createCli(io), ['--help'], io)).toBe(0)
  await new Promise(setImmediate)
  process.off('uncaughtException', uncaught)
  expect(uncaught).not.toHaveBeenCalled()
})
