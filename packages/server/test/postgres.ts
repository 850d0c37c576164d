/** A PostgreSQL of one's own for a test: started for real, in a directory that goes with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
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
  readonly stop: () => Promise<void>
}

/** ICU sorts `a_c a-b ab V1 v1-2`; whoever forgets `COLLATE "C"` finds out here. */
const INITDB = ['--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8', '--no-sync', '--auth=trust']
// Nobody pulls this machine's plug in the middle of a test, so syncing would only cost time.
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', 'max_connections=200']

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
  const data = join(directory, 'data')
  await finished(start(owner, join(binaries, 'initdb'), ['-U', 'postgres', ...INITDB, '-D', data]))
  const args = ['-D', data, '-k', directory, ...SETTINGS.flatMap((setting) => ['-c', setting])]
  const url = (name: string) =>
    `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(directory)}`
  let server = start(owner, join(binaries, 'postgres'), args)
  await answers(url('postgres'), server)
  let count = 0

  async function crash(): Promise<void> {
    await end(server, 'SIGQUIT')
  }

  async function resume(): Promise<void> {
    server = start(owner, join(binaries, 'postgres'), args)
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
    async stop() {
      await end(server, 'SIGINT')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

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

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    if (server.exitCode !== null) throw new Error('PostgreSQL did not start')
    try {
      return await asAdministrator(url, 'SELECT 1')
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
