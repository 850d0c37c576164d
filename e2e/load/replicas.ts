/** The servers under load: processes of their own on one PostgreSQL and one store of bytes, all called by one name. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../packages/server/test/postgres.ts'
import { launchWharden, type LaunchedWharden } from '../support/launch-wharden.ts'

export type Replica = LaunchedWharden & { readonly name: string; readonly port: number }

export type Replicas = {
  readonly all: readonly Replica[]
  /** What clients call them all, as behind a balancer: the Host of every request. */
  readonly host: string
  readonly databaseUrl: string
  readonly directory: string
  /** Ends the servers as a service manager would. @returns their exit codes */
  readonly end: () => Promise<readonly number[]>
  /** Takes everything away. */
  readonly close: () => Promise<void>
}

const NAME = 'registry.test'

/** @throws where PostgreSQL is not installed */
export async function openReplicas(
  count: number,
  settings: Readonly<Record<string, string>>,
): Promise<Replicas> {
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('PostgreSQL is not installed: `apt-get install postgresql`')
  const directory = await mkdtemp(join(tmpdir(), 'wharden-load-'))
  const databaseUrl = await postgres.createDatabase()
  const environment = {
    WHARDEN_DATABASE_URL: databaseUrl,
    WHARDEN_BLOBS: join(directory, 'blobs'),
    WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
    WHARDEN_ORIGINS: `http://${NAME}`,
    WHARDEN_HTTPS_PORT: 'off',
    ...settings,
  }
  const all: Replica[] = []
  for (let number = 1; number <= count; number += 1) {
    const port = await freePort()
    const name = `replica-${number}`
    const launched = await launchWharden({
      directory: join(directory, name),
      host: 'localhost',
      httpPort: port,
      environment,
    })
    all.push({ ...launched, name, port })
  }
  return {
    all,
    host: NAME,
    databaseUrl,
    directory,
    end: () => Promise.all(all.map(({ daemon }) => daemon.close())),
    async close() {
      await Promise.all(all.map(({ daemon }) => daemon.kill()))
      await postgres.stop()
      await rm(directory, { recursive: true, force: true })
    },
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
