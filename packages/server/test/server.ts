/**
 * The whole server as it runs, for tests: real stores, a real port, and a clock that only tests move. What a test needs
 * of accounts, credentials and repositories is made by `fixtures.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { startApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { House } from '../src/operations/house.ts'
import { createClient, type Client } from './client.ts'
import { createFixtures, type Fixtures } from './fixtures.ts'
import { startPostgres } from './postgres.ts'

export type Server = Omit<Client, 'close'> &
  Fixtures & {
    readonly house: House
    readonly port: number
    readonly tlsPort: number | undefined
    /** `localhost:PORT`: the root site, and the audience of its tokens. */
    readonly authority: string
    readonly directory: string
    /** Milliseconds since 1970. */
    readonly now: () => number
    /** Moves the clock. */
    readonly pass: (milliseconds: number) => void
    /** Everything the server logged. */
    readonly logged: () => string
    readonly close: () => Promise<void>
  }

export type ServerOptions = {
  /** A PostgreSQL of its own, or this one; SQLite if not given. */
  readonly database?: Database | { readonly url: string }
  /** One that stays when the server closes; else one of its own. */
  readonly directory?: string
  /** Settings as an operator gives them. */
  readonly settings?: Readonly<Record<string, string>>
}

export const DATABASES = ['sqlite', 'postgres'] as const
export type Database = (typeof DATABASES)[number]

/** @returns undefined where the database is not installed */
export async function tryStartServer(options: ServerOptions = {}): Promise<Server | undefined> {
  if (options.database !== 'postgres') return startServer(options)
  const postgres = await startPostgres()
  if (postgres === undefined) return undefined
  const server = await startServer({ ...options, database: { url: await postgres.createDatabase() } })
  return {
    ...server,
    close: async () => {
      await server.close()
      await postgres.stop()
    },
  }
}

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { database, settings = {} } = options
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'wharden-server-')))
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  let moved = 0
  const clock = () => Date.now() + moved
  const config = readConfig({
    WHARDEN_DATA: directory,
    WHARDEN_HTTP_PORT: '0',
    WHARDEN_HTTPS_PORT: 'off',
    WHARDEN_METRICS_PORT: 'off',
    WHARDEN_MINIMUM_FREE_BYTES: '0',
    ...(typeof database === 'object' && { WHARDEN_DATABASE_URL: database.url }),
    ...settings,
  })
  if (config.type === 'error') throw new Error(config.error.join('; '))
  const app = await startApp(config.value, log, clock)
  const port = app.listeners.ports.httpPort ?? 0
  const client = createClient(port)
  return {
    ...client,
    ...createFixtures(app.house),
    house: app.house,
    port,
    tlsPort: app.listeners.ports.httpsPort,
    authority: `localhost:${port}`,
    directory,
    now: clock,
    pass: (milliseconds) => {
      moved += milliseconds
    },
    logged: () => lines.join(''),
    close: async () => {
      client.close()
      await app.close()
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}
