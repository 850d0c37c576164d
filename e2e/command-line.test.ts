/**
 * The command line against a real server, as an administrator and a script would use it: what is printed, what is kept,
 * and the exit code that a shell sees. Each test goes on where the one before ended.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDaemon, type Daemon } from './support/daemon.ts'
import { run, type Ran } from './support/run.ts'

const MAIN = resolve(import.meta.dirname, '../packages/wharden/src/main.ts')
const PASSWORD = 'correct horse battery staple'

let directory: string
let data: string
let server: Daemon
let url: string
/** Where no certificate is asked for. */
let plain: string

/** In the server's directory, where its address and authority are found without being named. */
function wharden(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return run(process.execPath, [MAIN, ...args], {
    cwd: directory,
    input,
    env: { XDG_CONFIG_HOME: join(directory, 'alice'), WHARDEN_DATA: data, ...env },
  })
}

/** The same from a machine that knows nothing of the server. */
function elsewhere(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const home = { XDG_CONFIG_HOME: join(directory, 'bob'), WHARDEN_DATA: join(directory, 'nothing') }
  return wharden(['--server', url, ...args], input, { ...home, ...env })
}

async function ok(ran: Promise<Ran>): Promise<string> {
  const { command, exitCode, stdout, stderr } = await ran
  expect({ command, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
    command,
    exitCode: 0,
    stderr: '',
  })
  return stdout
}

describe('the command line', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'wharden-e2e-cli-'))
    data = join(directory, 'data')
    const state = join(data, 'server.json')
    const addresses = (): readonly string[] => JSON.parse(readFileSync(state, 'utf8')).urls
    server = await startDaemon(process.execPath, [MAIN, 'serve'], {
      cwd: directory,
      env: {
        WHARDEN_DATA: data,
        WHARDEN_HTTP_PORT: '0',
        WHARDEN_HTTPS_PORT: '0',
        WHARDEN_METRICS_PORT: 'off',
      },
      logFile: join(directory, 'log'),
      ready: async () => existsSync(state) && (await fetch(`${addresses()[1]}/health/ready`)).ok,
    })
    const [secure = '', open = ''] = addresses()
    url = secure
    plain = open
  })
  afterAll(async () => {
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('says that nobody is signed in, by exit code 4', async () => {
    expect(await wharden(['whoami'])).toMatchObject({ exitCode: 4, stdout: '' })
  })

  it('sets the server up with the link it printed, and signs in', async () => {
    const link = /http\S+secret=\S+/.exec(server.log())?.[0] ?? ''
    const args = ['setup', '-u', 'alice', '--org', 'myregistry', '--secret-stdin', '--password-stdin']
    await ok(wharden(args, `${link}\n${PASSWORD}\n`))
    expect(await ok(wharden(['whoami', '--query', 'user', '-o', 'tsv']))).toBe('alice\n')
    expect(statSync(join(directory, 'alice/wharden/credentials.json')).mode & 0o777).toBe(0o600)
    expect(await wharden(args, `${link}\n${PASSWORD}\n`)).toMatchObject({ exitCode: 1 })
  })

  it('trusts no certificate that it has no reason to, and the one it is given', async () => {
    const refused = await elsewhere(['login', '-u', 'alice', '--password-stdin'], PASSWORD)
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('is not trusted') })
    const ca = join(data, 'ca.crt')
    await ok(elsewhere(['--ca', ca, 'login', '-u', 'alice', '--password-stdin'], PASSWORD))
    expect(await ok(elsewhere(['whoami', '--query', 'user', '-o', 'tsv']))).toBe('alice\n')
    await ok(elsewhere(['logout']))
    expect(await elsewhere(['--ca', ca, 'whoami'])).toMatchObject({ exitCode: 4 })
  })

  it('keeps whom to trust with the login: the next command needs the server’s directory no more', async () => {
    await ok(wharden(['login', url, '-u', 'alice', '--password-stdin'], PASSWORD))
    const apart = { WHARDEN_DATA: join(directory, 'nothing') }
    expect(await ok(wharden(['whoami', '--query', 'user', '-o', 'tsv'], '', apart))).toBe('alice\n')
  })

  it.each([
    [4, ['login', '-u', 'alice', '--password-stdin'], 'wrong password'],
    [2, ['org', 'create', 'Bad_Name'], ''],
    [2, ['org', 'frobnicate'], ''],
    [3, ['org', 'show', 'nowhere'], ''],
    [3, ['repo', 'show', 'nothing', '--org', 'myregistry'], ''],
    [3, ['explain', 'nothing1'], ''],
    [5, ['--server', 'http://127.0.0.1:1', 'whoami'], ''],
    [6, ['org', 'create', 'myregistry'], ''],
  ])('ends with exit code %s: %s', async (exitCode, args, input) => {
    const ran = await wharden(args, input)
    expect(ran).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(/^error: /) })
  })

  it('creates, lists, shows, changes and deletes a repository', async () => {
    const there = ['--org', 'myregistry']
    await ok(wharden(['repo', 'create', 'samples/nginx', ...there, '--description', 'a web server']))
    expect(await ok(wharden(['repo', 'list', ...there, '--query', '[].name', '-o', 'tsv']))).toBe(
      'samples/nginx\n',
    )
    await ok(wharden(['repo', 'update', 'samples/nginx', ...there, '--visibility', 'public']))
    expect(
      JSON.parse(await ok(wharden(['repo', 'show', 'samples/nginx', ...there, '-o', 'json']))),
    ).toMatchObject({
      description: 'a web server',
      visibility: 'public',
    })
    expect(await ok(wharden(['repo', 'tags', 'samples/nginx', ...there]))).toBe('')
    await ok(wharden(['repository', 'update', 'samples/nginx', ...there, '--delete-enabled', 'false']))
    expect(await ok(wharden(['repo', 'show', 'samples/nginx', ...there]))).toMatch(
      / public +delete +a web server /,
    )
    const locked = await wharden(['repo', 'delete', 'samples/nginx', ...there, '--yes'])
    expect(locked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('deleteEnabled is off') })
    const unlock = ['--delete-enabled', 'true', '--description', 'the web server', '-o', 'json']
    expect(
      JSON.parse(await ok(wharden(['repo', 'update', 'samples/nginx', ...there, ...unlock]))),
    ).toMatchObject({
      description: 'the web server',
      changeableAttributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
    })
    expect(await wharden(['repo', 'delete', 'samples/nginx', ...there])).toMatchObject({ exitCode: 2 })
    await ok(wharden(['repo', 'delete', 'samples/nginx', ...there, '--yes']))
    expect(await ok(wharden(['repo', 'list', ...there]))).toBe('')
  })

  it('creates a registry token as az does, and shows its passwords that once', async () => {
    const args = ['--name', 'MyToken', '--registry', 'myregistry']
    const rules = [
      '--repository',
      'samples/hello-world',
      'content/write',
      'content/read',
      '--repository',
      'samples/nginx',
      'content/read',
    ]
    const secret = await ok(
      wharden(['token', 'create', ...args, ...rules, '--query', 'secrets[0].value', '-o', 'tsv']),
    )
    expect(secret).toMatch(/^whd_rgt_\w{36}\n$/)
    const shown = await ok(wharden(['token', 'show', ...args, '-o', 'json']))
    expect(shown).not.toContain(secret.trim())
    expect(JSON.parse(shown)).toMatchObject({
      kind: 'registry-token',
      name: 'MyToken',
      scopeMap: 'MyToken-scope-map',
    })
    const map = await ok(
      wharden(['scope-map', 'show', 'MyToken-scope-map', '--org', 'myregistry', '-o', 'yaml']),
    )
    expect(map).toContain(
      '- repository: samples/hello-world\n    permissions:\n      - content/write\n      - content/read\n',
    )
  })

  it('lets a personal token speak for its user until it is disabled, which bites at the next request', async () => {
    const create = ['token', 'create', '--label', 'laptop', '--repository', '*', 'write', '--expires', '30d']
    const secret = (await ok(wharden([...create, '--query', 'secrets[0].value', '-o', 'tsv']))).trim()
    expect(secret).toMatch(/^whd_pat_/)
    const asToken = ['whoami', '--query', 'credential.kind', '-o', 'tsv']
    expect(await ok(wharden(asToken, '', { WHARDEN_TOKEN: secret }))).toBe('pat\n')
    await ok(wharden(['token', 'update', 'laptop', '--status', 'disabled']))
    expect(await wharden(asToken, '', { WHARDEN_TOKEN: secret })).toMatchObject({ exitCode: 4 })
    await ok(wharden(['token', 'delete', 'laptop', '--yes']))
    expect(await ok(wharden(['token', 'list']))).toBe('')
  })

  it('brings a second person in by a one-time link, refuses them what is the owners’, and disables them', async () => {
    const link = await ok(wharden(['user', 'create', 'bob', '--query', 'passwordLink.url', '-o', 'tsv']))
    await ok(wharden(['member', 'set', 'bob', 'member', '--org', 'myregistry']))
    const ca = { WHARDEN_CA: join(data, 'ca.crt') }
    await ok(
      elsewhere(['user', 'set-password', '--link-stdin', '--password-stdin'], `${link}${PASSWORD} too\n`, ca),
    )
    await ok(elsewhere(['login', '-u', 'bob', '--password-stdin'], `${PASSWORD} too`, ca))
    const create = [
      'token',
      'create',
      '--label',
      'ci',
      '--org',
      'myregistry',
      '--expires',
      '1d',
      '--repository',
      '*',
      'pull',
    ]
    expect(await elsewhere(create, '', ca)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: /),
    })
    await ok(wharden(['org', 'create', 'bobs-own']))
    await ok(wharden(['member', 'set', 'bob', 'owner', '--org', 'bobs-own']))
    await ok(wharden(['member', 'remove', 'alice', '--yes', '--org', 'bobs-own']))
    expect(await wharden(['user', 'disable', 'bob'])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('warning: without an active owner now: bobs-own;'),
    })
    expect(await elsewhere(['whoami'], '', ca)).toMatchObject({ exitCode: 4 })
  })

  it('changes a policy by its mode, and whole from what it printed', async () => {
    const there = ['--org', 'myregistry']
    await ok(wharden(['policy', 'set', 'image-access', '--mode', 'report', ...there]))
    const text = await ok(wharden(['policy', 'show', 'image-access', ...there, '-o', 'yaml']))
    expect(text).toContain('mode: report\n')
    const changed = text.replace(
      'categories:\n  - official\n  - verified-publisher',
      'categories:\n  - official',
    )
    await ok(wharden(['policy', 'set', 'image-access', '--file', '-', ...there], changed))
    const categories = ['policy', 'show', 'image-access', ...there, '--query', 'categories[]', '-o', 'tsv']
    expect(await ok(wharden(categories))).toBe('official\n')
    const wrong = await wharden(
      ['policy', 'set', 'image-access', '--file', '-', ...there],
      'mode: sometimes\n',
    )
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('policy.mode') })
  })

  it('shows who did what, and that nobody changed it since', async () => {
    const log = await ok(
      wharden(['audit', 'list', '--org', 'myregistry', '--query', '[].event', '-o', 'tsv']),
    )
    expect(log.split('\n')).toEqual(
      expect.arrayContaining(['repository_created', 'token_created', 'policy_replaced']),
    )
    for (const tenant of [[], ['--org', 'myregistry']]) {
      expect(await ok(wharden(['audit', 'verify', ...tenant, '--query', 'type', '-o', 'tsv']))).toBe(
        'intact\n',
      )
    }
  })

  it('exports the log as a file that proves itself without a server, and finds what was altered in it', async () => {
    const file = join(directory, 'audit.jsonl')
    await ok(wharden(['audit', 'export', '--org', 'myregistry', '--out', file]))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const keys = join(directory, 'keys.json')
    writeFileSync(keys, await (await fetch(`${plain}/api/v1/keys`)).text())
    const nowhere = { WHARDEN_DATA: join(directory, 'nothing'), XDG_CONFIG_HOME: join(directory, 'nobody') }
    const verify = ['audit', 'verify', '--file', file, '--keys', keys]
    expect(await ok(wharden([...verify, '--query', '[type, signature]', '-o', 'tsv'], '', nowhere))).toBe(
      'intact\nvalid\n',
    )
    const lines = readFileSync(file, 'utf8')
    writeFileSync(file, lines.replace('"name":"alice"', '"name":"mallory"'))
    expect(await wharden(verify, '', nowhere)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('was altered: its hash is another'),
    })
    writeFileSync(file, lines.slice(0, lines.trimEnd().lastIndexOf('\n') + 1))
    expect(await wharden(verify, '', nowhere)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('it was cut off'),
    })
    const csv = await ok(wharden(['audit', 'export', '--org', 'myregistry', '--format', 'csv']))
    expect(csv).toMatch(/^sequence,time,event,[^\n]*,hash\r\n1,/)
    expect(await wharden(['audit', 'export', '--org', 'nowhere', '--out', file])).toMatchObject({
      exitCode: 3,
    })
    expect(await wharden(['audit', 'verify', '--file', join(directory, 'none')])).toMatchObject({
      exitCode: 2,
    })
  })

  it('writes what another registry needs to trust our tokens, as often as it is asked', async () => {
    const guard = ['guard', 'distribution', '--service', 'registry.test:5000', '--org', 'myregistry']
    const place = ['--directory', join(directory, 'registry'), '--write']
    expect(await ok(wharden([...guard, ...place]))).toContain('service: "registry.test:5000"')
    await ok(wharden([...guard, ...place, '--for', '2']))
    expect(JSON.parse(readFileSync(join(directory, 'registry/wharden-jwks.json'), 'utf8')).keys).toHaveLength(
      1,
    )
    expect(readFileSync(join(directory, 'registry/wharden-keys.pem'), 'utf8')).toMatch(
      /^-----BEGIN CERTIFICATE-----\n/,
    )
    await ok(wharden(['guard', 'remove', 'registry.test:5000', '--org', 'myregistry', '--yes']))
    expect(await ok(wharden(['guard', 'list', '--org', 'myregistry']))).toBe('')
  })

  it('makes a token for each name of a list, and shows what was made when the rest is not', async () => {
    const create = ['token', 'create', '--scope-map', '_repositories_pull', '--names-from', '-', '--org']
    const names = Array.from({ length: 1_000 }, (_, index) => `device-${index}`)
    const refused = await wharden([...create, 'myregistry', '-o', 'json'], [...names, 'MyToken'].join('\n'))
    expect(refused).toMatchObject({
      exitCode: 6,
      stderr: expect.stringMatching(/1000 made; .*\n.*has a registry token `MyToken` already/),
    })
    const made = JSON.parse(refused.stdout)
    expect(made.map(({ name }: { name: string }) => name)).toEqual(names)
    expect(made[999]).toMatchObject({
      credentials: {
        username: 'device-999',
        passwords: [{ name: 'password1', value: made[999].secrets[0].value }],
      },
      scopeMap: '_repositories_pull',
      login: { username: 'device-999' },
    })
    const csv = 'Serial,Name\n1,camera-1\n2,camera-2\n'
    expect(await ok(wharden([...create, 'myregistry'], csv))).toMatch(
      /^NAME +PASSWORD +EXPIRES\ncamera-1 +whd_rgt_\w+ +never\ncamera-2 +whd_rgt_\w+ +never\n$/,
    )
    const all = ['token', 'list', '--scope-map', '_repositories_pull', '--org', 'myregistry']
    expect(await ok(wharden([...all, '--query', 'length(@)', '-o', 'tsv']))).toBe('1002\n')
    for (const more of [
      ['--name', 'Other'],
      ['--repository', '*', 'content/read'],
      ['--kind', 'oat'],
    ])
      expect((await wharden([...create, 'myregistry', ...more], csv)).exitCode).toBe(2)
  })

  it('shows what trust would install, and installs it when told to', async () => {
    const root = join(directory, 'root')
    const states = ['trust', '--root', root, '--query', '[].state', '-o', 'tsv']
    expect(new Set((await ok(wharden(states))).trim().split('\n'))).toEqual(new Set(['missing', 'due']))
    expect(existsSync(root)).toBe(false)
    expect(new Set((await ok(wharden([...states, '--apply']))).trim().split('\n'))).toEqual(new Set(['same']))
    const { host } = new URL(url)
    expect(readFileSync(join(root, `etc/docker/certs.d/${host}/ca.crt`), 'utf8')).toBe(
      readFileSync(join(data, 'ca.crt'), 'utf8'),
    )
  })

  it('finds nothing wrong with a healthy server, and says where it stopped', async () => {
    const checks = await ok(wharden(['doctor', '--query', "[?status=='failed']", '-o', 'json']))
    expect(JSON.parse(checks)).toEqual([])
    await server.close()
    expect(await wharden(['doctor'])).toMatchObject({
      exitCode: 5,
      stdout: expect.stringContaining('cannot reach'),
    })
  })
})
