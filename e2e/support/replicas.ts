/** Servers in processes of their own that clients call by one name: one on SQLite, or any number on one PostgreSQL. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { freePort } from '../../packages/server/test/free-port.ts'
import { startPostgres, type TestPostgres } from '../../packages/server/test/postgres.ts'
import { openClock } from './clock.ts'
import { openTestBucket, type TestBucket } from './test-bucket.ts'
import { run, succeeded } from './run.ts'
import { launchWharden, type LaunchedWharden } from './launch-wharden.ts'

export type Replica = {
  readonly name: string
  /** The same after each start. */
  readonly port: number
  /** The process as it runs now, or ran last. */
  readonly launched: () => LaunchedWharden
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it again; resolves once it is ready. */
  readonly start: () => Promise<void>
  /** Sets its clock wrong by so many seconds, at once; only where `clocks` was asked for. */
  readonly shiftClock: (seconds: number) => void
}

export type Replicas = {
  readonly all: readonly Replica[]
  /** What clients call them all, as behind a balancer: the Host of every request. */
  readonly host: string
  /** Undefined with SQLite. */
  readonly postgres: (TestPostgres & { readonly url: string }) | undefined
  /** The store of bytes, and how it fails; undefined where they are files. */
  readonly bucket: TestBucket | undefined
  readonly directory: string
  /** Ends the servers as a service manager would. @returns their exit codes */
  readonly end: () => Promise<readonly number[]>
  /** Takes everything away. */
  readonly close: () => Promise<void>
}

export type ReplicasOptions = {
  /** One on SQLite, or this many on PostgreSQL. */
  readonly count: number | 'sqlite'
  readonly settings: Readonly<Record<string, string>>
  /** What is another's than the others': by its number, from 1. `databaseUrl` is where they would go without it. */
  readonly each?: (number: number, databaseUrl: string) => Promise<Readonly<Record<string, string>>>
  /** All at the same moment; else one after the other. */
  readonly together?: true
  /** Each has a clock that a test can set. */
  readonly clocks?: true
  /** Image bytes are in an S3 bucket. */
  readonly bucket?: true
  /** All data is on a disk of this many bytes; for that the caller must be in a mount namespace of its own. */
  readonly diskBytes?: number
}

const NAME = 'registry.test'

/** @throws where PostgreSQL is wanted and not installed */
export async function openReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { count, settings, each = noneOfItsOwn, together = false, clocks = false } = options
  const postgres = count === 'sqlite' ? undefined : await openPostgres()
  const directory = await mkdtemp(join(tmpdir(), 'wharden-replicas-'))
  if (options.diskBytes !== undefined) await mountDisk(directory, options.diskBytes)
  const bucket = options.bucket === true ? await openTestBucket() : undefined
  const environment = {
    ...(bucket === undefined ? { WHARDEN_BLOBS: join(directory, 'blobs') } : bucket.settings),
    ...(postgres !== undefined && { WHARDEN_DATABASE_URL: postgres.url }),
    WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
    WHARDEN_ORIGINS: `http://${NAME}`,
    WHARDEN_HTTPS_PORT: 'off',
    ...settings,
  }
  const all: Promise<Replica>[] = []
  for (let number = 1; number <= (count === 'sqlite' ? 1 : count); number += 1) {
    const own = await each(number, postgres?.url ?? '')
    const opening = openReplica(join(directory, `replica-${number}`), { ...environment, ...own }, clocks)
    all.push(opening)
    if (!together) await opening
  }
  return gather({ all: await Promise.all(all), postgres, bucket, directory })
}

async function noneOfItsOwn(): Promise<Readonly<Record<string, string>>> {
  return {}
}

function gather(parts: Pick<Replicas, 'all' | 'postgres' | 'bucket' | 'directory'>): Replicas {
  const { all, postgres, bucket, directory } = parts
  return {
    ...parts,
    host: NAME,
    end: () => Promise.all(all.map(({ launched }) => launched().daemon.close())),
    async close() {
      await Promise.all(all.map(({ kill }) => kill()))
      await postgres?.stop()
      await bucket?.close()
      await unmountDisk(directory)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function openPostgres(): Promise<TestPostgres & { readonly url: string }> {
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('PostgreSQL is not installed: `apt-get install postgresql`')
  return { ...postgres, url: await postgres.createDatabase() }
}

async function openReplica(
  directory: string,
  settings: Readonly<Record<string, string>>,
  ownClock: boolean,
): Promise<Replica> {
  const port = await freePort()
  const clock = ownClock ? openClock(`${directory}.clock`) : undefined
  const environment = { ...settings, ...clock?.environment }
  const launch = () => launchWharden({ directory, host: 'localhost', httpPort: port, environment })
  let launched = await launch()
  return {
    name: basename(directory),
    port,
    launched: () => launched,
    kill: () => launched.daemon.kill(),
    start: async () => void (launched = await launch()),
    shiftClock: (seconds) => clock?.shift(seconds),
  }
}

async function mountDisk(directory: string, bytes: number): Promise<void> {
  succeeded(await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory]))
}

/** Nothing where nothing was mounted. */
async function unmountDisk(directory: string): Promise<void> {
  await run('umount', ['--lazy', directory])
}
