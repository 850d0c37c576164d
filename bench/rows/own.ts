/** The rows that only we are measured in: what peers have no word for, or leave to somebody else. */
import type { Client } from '../client/open-client.ts'
import type { Door, Job } from '../client/job.ts'
import { credentialsOf, type Credentials } from '../registries/many-tokens.ts'
import type { RowTitle, Sample } from '../report/results.ts'
import { measure } from './measure.ts'
import type { Pace } from './compare.ts'

/** A server or several, and how many tokens its database holds. */
export type Population = {
  readonly id: string
  readonly title: string
  readonly registry: string
  readonly doors: readonly Door[]
  readonly pids: readonly number[]
  readonly count: number
}

export type OwnRow = RowTitle & {
  readonly population: Population
  readonly job: (milliseconds: number) => Job
}

/** So many that none is asked for twice in a turn, and few enough to be handed over. */
const MOST_CALLERS = 40_000
const CONNECTIONS = 16

/** As many as ask where a server knows no more. */
const FEW = 20

/**
 * A token request as docker sends it, and as OAuth2 clients do, who are told what is granted: that is decided for them. Of more
 * tokens than are asked for in a turn everybody is new to the server: what their number itself costs, the same few tell.
 */
export function tokenRows(population: Population): readonly OwnRow[] {
  const { id, title, count } = population
  const row = (
    kind: string,
    what: string,
    request: (credentials: Credentials) => string,
    callers: () => readonly Credentials[],
  ): OwnRow => ({
    id: `${kind}-${id}`,
    title: `${what}, ${title}`,
    unit: '1,000 operations',
    population,
    job: (milliseconds) => ({
      type: 'requests',
      doors: population.doors,
      connections: CONNECTIONS,
      milliseconds,
      status: 200,
      requests: callers().map(request),
    }),
  })
  const anybody = () => callersAmong(count)
  const rows = [
    row('token', 'token request', basicRequest, anybody),
    row('decision', 'token request with its decisions', oauthRequest, anybody),
  ]
  if (count <= MOST_CALLERS) return rows
  return [...rows, row('few', `token request by the same ${FEW}`, basicRequest, () => fewAmong(count))]
}

function fewAmong(count: number): readonly Credentials[] {
  return Array.from({ length: FEW }, (_, index) => credentialsOf(Math.floor((index * count) / FEW)))
}

/** Different ones in each turn, drawn from all there are: a small crowd's would all be in memory. */
function callersAmong(count: number): readonly Credentials[] {
  if (count <= MOST_CALLERS) return Array.from({ length: count }, (_, number) => credentialsOf(number))
  const chosen = new Set<number>()
  while (chosen.size < MOST_CALLERS) chosen.add(Math.floor(Math.random() * count))
  return [...chosen].map(credentialsOf)
}

const SCOPE = 'repository:acme/bench/app:pull,push'

// The host is any of the server's own: which port it says is the first's.
function basicRequest({ username, password }: Credentials): string {
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  return `GET /token?service=&scope=${SCOPE} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic ${basic}\r\n\r\n`
}

function oauthRequest({ username, password }: Credentials): string {
  const form = new URLSearchParams({
    grant_type: 'password',
    username,
    password,
    scope: SCOPE,
    client_id: 'bench',
  })
  const body = form.toString()
  const head = `POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}`
  return `${head}\r\n\r\n${body}`
}

/** Rows in turn, round by round: they are compared with one another. */
export async function measureOwn(
  client: Client,
  rows: readonly OwnRow[],
  { rounds, milliseconds }: Pace,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (let round = 0; round <= rounds; round += 1)
    for (const row of rows) {
      const { pids, registry } = row.population
      const measured = await measure(
        client,
        pids,
        row.unit,
        row.job(round === 0 ? milliseconds / 2 : milliseconds),
      )
      if (round > 0) samples.push({ row: row.id, registry, round, ...measured })
    }
  return samples
}
