import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LaunchedWharden } from '../../e2e/support/launch-wharden.ts'
import { connectTo } from '../../packages/server/test/connect-to.ts'
import { startPostgres } from '../../packages/server/test/postgres.ts'
import { launch } from '../registries/wharden.ts'
import { makeCertificate } from '../support/make-certificate.ts'
import type { Charged } from './step.ts'

/** A server with an empty database, and what is charged for what it does. */
export type Subject = Charged & {
  readonly launched: LaunchedWharden
  readonly port: number
  /** Another server on the same PostgreSQL. */
  readonly replica: number | undefined
  readonly close: () => Promise<void>
}

export async function openSubject(directory: string, onPostgres: boolean): Promise<Subject> {
  await using stack = new AsyncDisposableStack()
  const postgres = onPostgres ? await startPostgres() : undefined
  if (onPostgres && postgres === undefined) throw new Error('PostgreSQL is not installed')
  if (postgres !== undefined) stack.defer(() => postgres.stop())
  const url = await postgres?.createDatabase()
  const postmaster = url === undefined ? [] : [await postmasterOf(url)]
  const certificate = await makeCertificate(directory)
  const place = join(directory, 'server')
  const environment = url === undefined ? {} : settingsFor(url, join(directory, 'blobs'))
  const { launched, ports } = await launch({ directory: place, certificate, environment })
  stack.defer(async () => void (await launched.daemon.close()))
  const other =
    url === undefined ? undefined : await launch({ directory: `${place}-2`, certificate, environment })
  stack.defer(async () => void (await other?.launched.daemon.close()))
  const open = stack.move()
  return {
    launched,
    port: ports.plain,
    replica: other?.ports.plain,
    server: () => [launched.daemon.pid],
    postgres: () => postmaster,
    databaseSize: () => (url === undefined ? sizeOfFile(join(place, 'wharden.db')) : sizeOfDatabase(url)),
    close: () => open.disposeAsync(),
  }
}

function settingsFor(url: string, blobs: string): Readonly<Record<string, string>> {
  return {
    WHARDEN_DATABASE_URL: url,
    WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
    WHARDEN_BLOBS: blobs,
  }
}

const MEBIBYTE = 2 ** 20

async function sizeOfFile(file: string): Promise<number> {
  return (await stat(file)).size / MEBIBYTE
}

async function sizeOfDatabase(url: string): Promise<number> {
  return Number(await answerOf(url, 'SELECT pg_database_size(current_database()) AS answer')) / MEBIBYTE
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html: the first line of the file is its process. */
async function postmasterOf(url: string): Promise<number> {
  const directory = await answerOf(url, "SELECT current_setting('data_directory') AS answer")
  return Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10)
}

async function answerOf(url: string, question: string): Promise<string> {
  const client = await connectTo(url)
  const { rows } = await client.query(question)
  await client.end()
  return String(rows[0]?.answer)
}
