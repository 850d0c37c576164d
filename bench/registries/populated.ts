import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startPostgres } from '../../packages/server/test/postgres.ts'
import type { Population } from '../rows/own.ts'
import type { Certificate } from '../support/make-certificate.ts'
import { fillPostgres, fillSqlite } from './many-tokens.ts'
import { launch, startWharden, type Wharden } from './wharden.ts'

export type Populated = Population & { readonly close: () => Promise<void> }

type Options = { readonly directory: string; readonly certificate: Certificate; readonly count: number }

/** A server on SQLite that knows so many tokens. */
export async function startOnSqlite({ directory, certificate, count }: Options): Promise<Populated> {
  const place = join(directory, `tokens-${count}`)
  const first = await startWharden({ directory: place, certificate })
  await first.close()
  fillSqlite(join(place, 'wharden.db'), count)
  const { launched, ports } = await launch({ directory: place, certificate })
  return {
    id: String(count),
    title: `among ${count.toLocaleString('en')} tokens`,
    registry: 'wharden',
    doors: [{ port: ports.plain, tls: false }],
    pids: [launched.daemon.pid],
    count,
    close: async () => void (await launched.daemon.close()),
  }
}

export type Replicas = {
  readonly one: Wharden
  readonly populations: readonly Population[]
  readonly close: () => Promise<void>
}

/** Two servers on one PostgreSQL and one directory of blobs; asked alone, and both at once. PostgreSQL's own CPU isn't charged. */
export async function startOnPostgres({
  directory,
  certificate,
  count,
}: Options): Promise<Replicas | undefined> {
  await using stack = new AsyncDisposableStack()
  const postgres = await startPostgres()
  if (postgres === undefined) return undefined
  stack.defer(() => postgres.stop())
  const url = await postgres.createDatabase()
  const environment = {
    WHARDEN_DATABASE_URL: url,
    WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
    WHARDEN_BLOBS: join(directory, 'shared-blobs'),
  }
  const start = async (place: string) => {
    const wharden = await startWharden({
      name: 'wharden, PostgreSQL',
      directory: join(directory, place),
      certificate,
      environment,
    })
    return stack.adopt(wharden, (open) => open.close())
  }
  const one = await start('one')
  const two = await start('two')
  await fillPostgres(url, count)
  const on = (whardens: readonly Wharden[], registry: string, id: string): Population => ({
    id,
    title: `among ${count.toLocaleString('en')} tokens`,
    registry,
    doors: whardens.map(({ plain }) => plain),
    pids: whardens.flatMap(({ plain }) => plain.pids),
    count,
  })
  const open = stack.move()
  return {
    one,
    populations: [
      on([one], 'wharden, PostgreSQL', String(count)),
      on([one, two], 'wharden, PostgreSQL, two processes', String(count)),
    ],
    close: () => open.disposeAsync(),
  }
}
