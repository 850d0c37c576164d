/** Servers in processes of their own that clients call by one name: one on SQLite, or any number on one PostgreSQL. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, type TestPostgres } from '../../packages/server/test/postgres.ts'
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
}

export type Replicas = {
  readonly all: readonly Replica[]
  /** What clients call them all, as behind a balancer: the Host of every request. */
  readonly host: string
  /** Undefined with SQLite. */
  readonly postgres: (TestPostgres & { readonly url: string }) | undefined
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
}

const NAME = 'registry.test'

/** @throws where PostgreSQL is wanted and not installed */
export async function openReplicas({ count, settings }: ReplicasOptions): Promise<Replicas> {
  const postgres = count === 'sqlite' ? undefined : await openPostgres()
  const directory = await mkdtemp(join(tmpdir(), 'wharden-replicas-'))
  const environment = {
    ...(postgres !== undefined && { WHARDEN_DATABASE_URL: postgres.url }),
    WHARDEN_BLOBS: join(directory, 'blobs'),
    WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
    WHARDEN_ORIGINS: `http://${NAME}`,
    WHARDEN_HTTPS_PORT: 'off',
    ...settings,
  }
  const all: Replica[] = []
  for (let number = 1; number <= (count === 'sqlite' ? 1 : count); number += 1) {
    all.push(await openReplica(directory, `replica-${number}`, environment))
  }
  return {
    all,
    host: NAME,
    postgres,
    directory,
    end: () => Promise.all(all.map(({ launched }) => launched().daemon.close())),
    async close() {
      await Promise.all(all.map(({ kill }) => kill()))
      await postgres?.stop()
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
  parent: string,
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<Replica> {
  const port = await freePort()
  const launch = () =>
    launchWharden({ directory: join(parent, name), host: 'localhost', httpPort: port, environment })
  let launched = await launch()
  return {
    name,
    port,
    launched: () => launched,
    kill: () => launched.daemon.kill(),
    start: async () => void (launched = await launch()),
  }
}

/** Free a moment ago; nobody else on the machine is likely to take it in between. */
async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.on('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(typeof address === 'object' && address !== null ? address.port : 0)
  })
  const port = await promise
  await new Promise((closed) => server.close(closed))
  return port
}
