/** A PostgreSQL of one's own for a test: started for real, in a directory that goes with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chown, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

export type TestPostgres = {
  /** A new, empty database; its URL. */
  readonly createDatabase: () => Promise<string>
  /** The server dies at once: every connection breaks, nothing committed is lost. */
  readonly crash: () => Promise<void>
  /** After a crash. */
  readonly resume: () => Promise<void>
  readonly restart: () => Promise<void>
  /** A second server follows from now on: nothing is acknowledged that it doesn't have. */
  readonly attachStandby: () => Promise<void>
  /** The server dies for good, and its standby answers at the same address. */
  readonly failOver: () => Promise<void>
  /** A setting of all servers, in force when this resolves; `undefined` takes it back. */
  readonly configure: (settings: Readonly<Record<string, string | undefined>>) => Promise<void>
  readonly stop: () => Promise<void>
}

/** ICU sorts `a_c a-b ab V1 v1-2`; whoever forgets `COLLATE "C"` finds out here. */
const INITDB = ['--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8', '--no-sync', '--auth=trust']
// Nobody pulls this machine's plug in the middle of a test, so syncing would only cost time. In the file, not on the
// command line: there `configure` could not change it.
const SPARED = 'fsync = off\nfull_page_writes = off\n'
const SETTINGS = ['listen_addresses=', 'max_connections=200']

/** @returns undefined where PostgreSQL is not installed */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const found = await findBinaries()
  return found === undefined ? undefined : startFrom(found)
}

/** Cheap: to skip what needs it. */
export async function isPostgresInstalled(): Promise<boolean> {
  return (await findBinaries()) !== undefined
}

async function startFrom(binaries: string): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-postgres-'))
  const owner = await ownerOf(directory)
  const address = join(directory, 'address')
  const url = (name: string) => `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(address)}`
  let count = 0
  let servers = 0

  /** A server's own directory: its data, and the socket that `address` may lead to. */
  async function place(): Promise<Place> {
    const home = join(directory, String((servers += 1)))
    await mkdir(home)
    if (owner !== undefined) await chown(home, owner.uid, owner.gid)
    return { home, data: join(home, 'data') }
  }

  function serve({ home, data }: Place): ChildProcess {
    const args = ['-D', data, '-k', home, ...SETTINGS.flatMap((setting) => ['-c', setting])]
    return start(owner, join(binaries, 'postgres'), args)
  }

  async function lead(to: Place): Promise<void> {
    await symlink(to.home, `${address}.new`)
    await rename(`${address}.new`, address)
  }

  async function configure(settings: Readonly<Record<string, string | undefined>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      const change = value === undefined ? `RESET ${name}` : `SET ${name} = '${value}'`
      await asAdministrator(url('postgres'), `ALTER SYSTEM ${change}`)
    }
    await asAdministrator(url('postgres'), 'SELECT pg_reload_conf()')
  }

  let primary = await place()
  await finished(start(owner, join(binaries, 'initdb'), ['-U', 'postgres', ...INITDB, '-D', primary.data]))
  await appendFile(join(primary.data, 'postgresql.conf'), SPARED)
  await lead(primary)
  let server = serve(primary)
  await answers(url('postgres'), server)
  let standby: { readonly place: Place; readonly server: ChildProcess } | undefined

  async function crash(): Promise<void> {
    await end(server, 'SIGQUIT')
  }

  async function resume(): Promise<void> {
    server = serve(primary)
    await answers(url('postgres'), server)
  }

  async function attachStandby(): Promise<void> {
    const at = await place()
    const copying = ['-D', at.data, '-R', '-X', 'stream', '-c', 'fast', '-h', address, '-U', 'postgres']
    await finished(start(owner, join(binaries, 'pg_basebackup'), copying))
    standby = { place: at, server: serve(at) }
    await configure({ synchronous_standby_names: '*' })
    await answers(url('postgres'), server, STREAMING)
  }

  async function failOver(): Promise<void> {
    if (standby === undefined) throw new Error('there is no standby: attach one first')
    await end(server, 'SIGQUIT')
    ;({ place: primary, server } = standby)
    standby = undefined
    await finished(start(owner, join(binaries, 'pg_ctl'), ['promote', '-w', '-D', primary.data]))
    await lead(primary)
    await answers(url('postgres'), server)
  }

  return {
    async createDatabase() {
      const name = `test${(count += 1)}`
      await asAdministrator(url('postgres'), `CREATE DATABASE ${name}`)
      return url(name)
    },
    crash,
    resume,
    async restart() {
      await crash()
      await resume()
    },
    attachStandby,
    failOver,
    configure,
    async stop() {
      if (standby !== undefined) await end(standby.server, 'SIGQUIT')
      await end(server, 'SIGINT')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Place = { readonly home: string; readonly data: string }

/** An error, by division, until the standby takes every commit before it is acknowledged. */
const STREAMING = `SELECT 1 / count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'`

async function findBinaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = await readdir(root).catch((): string[] => [])
  const newest = versions
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

type Owner = { readonly uid: number; readonly gid: number } | undefined

/** PostgreSQL refuses to run as root: then it runs as Debian's user for it. */
async function ownerOf(directory: string): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all([id('-u'), id('-g')])
  await chown(directory, uid, gid)
  return { uid, gid }
}

async function id(which: '-u' | '-g'): Promise<number> {
  const child = spawn('id', [which, 'postgres'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [[output]] = await Promise.all([once(child.stdout, 'data'), finished(child)])
  return Number(output)
}

function start(owner: Owner, command: string, args: readonly string[]): ChildProcess {
  const identity = owner === undefined ? {} : owner
  // Its own directory may be closed to the server's user.
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], cwd: '/', ...identity })
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`\`${child.spawnargs.join(' ')}\` ended with ${code}`)
}

async function answers(url: string, server: ChildProcess, question = 'SELECT 1'): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    if (server.exitCode !== null) throw new Error('PostgreSQL ended')
    try {
      return await asAdministrator(url, question)
    } catch (cause) {
      if (attempt === 200) throw cause
      await pause(50)
    }
  }
}

async function asAdministrator(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function end(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  server.kill(signal)
  await exited
}
