import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAnswers, type Answers } from '../../../test/answers.ts'
import { runInMemory } from '../../../test/run-in-memory.ts'

const NULL_GUID = '00000000-0000-0000-0000-000000000000'

let server: Answers
let directory: string
let docker: string

beforeAll(async () => {
  server = await startAnswers(({ line, body }) => {
    if (line === 'GET /api/v1/trust') return [200, { certificateAuthority: null, registries: [] }]
    if (line !== 'POST /oauth2/exchange') return undefined
    const secret = new URLSearchParams(body).get('access_token')
    if (secret === 's3cret') return [200, { refresh_token: 'refresh' }]
    return [401, { errors: [{ code: 'UNAUTHORIZED', message: 'this is not a token of this server' }] }]
  })
  directory = await mkdtemp(join(tmpdir(), 'wharden-docker-'))
  docker = join(directory, 'docker')
  await writeFile(
    docker,
    '#!/bin/sh\nread -r secret\necho "$* with $secret"\n[ "$secret" = s3cret -o "$secret" = refresh ]\n',
  )
  await chmod(docker, 0o755)
})
afterAll(async () => {
  server.close()
  await rm(directory, { recursive: true })
})

const run = (argv: readonly string[], stdin = '', environment: Readonly<Record<string, string>> = {}) =>
  runInMemory(['registry', 'login', '--name', 'acme', ...argv], {
    stdin,
    environment: { WHARDEN_SERVER: server.url, DOCKER_COMMAND: docker, ...environment },
  })

const host = () => new URL(server.url).host

test('docker gets the name as an argument and the secret by standard input', async () => {
  expect(await run(['-u', 'MyToken', '--password-stdin'], 's3cret\n')).toEqual({
    code: 0,
    stdout: `login ${host()} --username MyToken --password-stdin with s3cret\n`,
    stderr: `images are named ${host()}/acme/NAME\n`,
  })
})

test('az’s words log in to the registry’s own host, ours to the server that has all of them', async () => {
  const environment = { WHARDEN_SERVER: server.url.replace('127.0.0.1', 'localhost'), DOCKER_COMMAND: docker }
  const { port } = new URL(server.url)
  for (const [named, registry, images] of [
    ['--name', `acme.localhost:${port}`, `acme.localhost:${port}/NAME`],
    ['--registry', `acme.localhost:${port}`, `acme.localhost:${port}/NAME`],
    ['--org', `localhost:${port}`, `localhost:${port}/acme/NAME`],
  ] as const) {
    const argv = ['registry', 'login', named, 'acme', '-u', 'MyToken', '--password-stdin']
    const { stdout, stderr } = await runInMemory(argv, { stdin: 's3cret\n', environment })
    expect(stdout).toContain(`login ${registry} `)
    expect(stderr).toBe(`images are named ${images}\n`)
  }
})

test('who is signed in with a token logs in with what it is traded for', async () => {
  const { code, stdout } = await run([], '', { WHARDEN_TOKEN: 's3cret' })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `login ${host()} --username ${NULL_GUID} --password-stdin with refresh\n`,
  })
})

test('a token is printed as az prints it', async () => {
  const { code, stdout } = await run(['--expose-token', '--password-stdin', '-o', 'json'], 's3cret\n')
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({
    code: 0,
    stdout: { accessToken: 'refresh', loginServer: host() },
  })
})

test('a session logs nobody in, and is sent nowhere', async () => {
  const credentials = {
    current: server.url,
    servers: { [server.url]: { secret: 'session', name: 'alice', kind: 'session', expiresAt: null } },
  }
  await mkdir(join(directory, 'wharden'))
  const path = join(directory, 'wharden', 'credentials.json')
  await writeFile(path, JSON.stringify(credentials), { mode: 0o600 })
  for (const argv of [[], ['--expose-token']]) {
    const before = server.asked.length
    const { code, stderr } = await run(argv, '', { XDG_CONFIG_HOME: directory })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('signed in as `alice` by a session'),
    })
    expect(server.asked.slice(before).map(({ line }) => line)).toEqual(['GET /api/v1/trust'])
  }
})

test.each<{
  argv: string[]
  stdin: string
  environment?: Record<string, string>
  code: number
  stderr: string
}>([
  {
    argv: ['-u', 'MyToken', '--password-stdin'],
    stdin: 'wrong\n',
    code: 1,
    stderr: 'ended with exit code 1',
  },
  {
    argv: ['-u', 'MyToken', '--password-stdin'],
    stdin: 's3cret\n',
    environment: { DOCKER_COMMAND: '/nonexistent' },
    code: 1,
    stderr: 'set DOCKER_COMMAND=podman',
  },
  {
    argv: ['--expose-token', '--password-stdin'],
    stdin: 'wrong\n',
    code: 4,
    stderr: 'this is not a token of this server',
  },
  { argv: ['--password-stdin'], stdin: 's3cret\n', code: 2, stderr: 'whose password is it?' },
  { argv: [], stdin: '', code: 4, stderr: 'which token?' },
])('exit code $code: wharden registry login $argv', async ({ argv, stdin, environment, code, stderr }) => {
  expect(await run(argv, stdin, environment)).toMatchObject({ code, stderr: expect.stringContaining(stderr) })
})
