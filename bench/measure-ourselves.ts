import { join } from 'node:path'
import { openClient } from './client/open-client.ts'
import { PACE, POPULATIONS, STARTS, wants, type BenchmarkOptions } from './options.ts'
import { startOnPostgres, startOnSqlite } from './registries/populated.ts'
import type { Results, RowTitle, Sample } from './report/results.ts'
import { measureOwn, tokenRows, type OwnRow, type Population } from './rows/own.ts'
import { measureStart, READY } from './rows/start.ts'
import { close } from './support/close.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import type { Certificate } from './support/make-certificate.ts'

type Own = Pick<Results, 'rows' | 'samples'>

/** What has no counterpart at the peers: they issue no tokens. */
export async function measureOurselves(options: BenchmarkOptions, certificate: Certificate): Promise<Own> {
  const parts = [
    await tokensOnSqlite(options, certificate),
    await tokensOnPostgres(options, certificate),
    await starts(options),
  ]
  const titles = new Map(parts.flatMap(({ rows }) => rows).map((row) => [row.id, row]))
  return { rows: [...titles.values()], samples: parts.flatMap(({ samples }) => samples) }
}

async function tokensOnSqlite(options: BenchmarkOptions, certificate: Certificate): Promise<Own> {
  const { directory, mode, say } = options
  if (!wants(options, 'token')) return NOTHING
  say('token requests on SQLite')
  await using stack = new AsyncDisposableStack()
  const populations: Population[] = []
  for (const count of POPULATIONS[mode])
    populations.push(stack.adopt(await startOnSqlite({ directory, certificate, count }), close))
  return await measureRows(options, populations.flatMap(tokenRows))
}

async function tokensOnPostgres(options: BenchmarkOptions, certificate: Certificate): Promise<Own> {
  const { directory, say } = options
  if (!wants(options, 'token')) return NOTHING
  say('token requests on PostgreSQL')
  await using stack = new AsyncDisposableStack()
  const replicas = await startOnPostgres({ directory, certificate, count: 20_000 })
  if (replicas === undefined) return NOTHING
  return await measureRows(options, stack.adopt(replicas, close).populations.flatMap(tokenRows))
}

async function measureRows({ mode }: BenchmarkOptions, all: readonly OwnRow[]): Promise<Own> {
  await using stack = new AsyncDisposableStack()
  const client = stack.adopt(await openClient(), close)
  const rows = all.map(({ id, title, unit }): RowTitle => ({ id, title, unit }))
  return { rows, samples: await measureOwn(client, all, PACE[mode]) }
}

async function starts(options: BenchmarkOptions): Promise<Own> {
  if (!wants(options, READY.id)) return NOTHING
  options.say(READY.title)
  const samples: Sample[] = []
  const port = await freePort()
  const data = join(options.directory, 'start')
  // The first makes keys and fills the compile cache.
  for (let round = 0; round <= STARTS; round += 1) samples.push(await measureStart(data, port, round))
  return { rows: [READY], samples: samples.slice(1) }
}

const NOTHING: Own = { rows: [], samples: [] }
