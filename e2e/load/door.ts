/** How a worker of the load speaks to the replicas: to another one at each request, as behind a balancer that cares for nothing. */
import { createClient, type Answer, type Login, type Sent } from '../../packages/server/test/client.ts'
import type { Replicas } from '../support/replicas.ts'
import type { Tally } from './tally.ts'

export type Door = {
  /** How many replicas there are. */
  readonly replicas: number
  /**
   * One request, timed under `kind`. `at`: to this replica (counted from 0), else to the next one.
   * @throws unless the answer has one of the `expected` statuses
   */
  readonly send: (kind: string, method: string, path: string, sent: DoorSent) => Promise<Answer>
  /** An access token: a new one, or in nine of ten cases the one from before, as clients keep theirs. */
  readonly token: (login: Login, scope: string, options?: { readonly fresh?: boolean }) => Promise<string>
  readonly close: () => void
}

export type DoorSent = Sent & { readonly expected: readonly number[]; readonly at?: number }

/** A little under the five minutes an access token lives. */
const TOKEN_MILLISECONDS = 240_000

export function openDoor({ all, host }: Pick<Replicas, 'all' | 'host'>, tally: Tally, seed: number): Door {
  const clients = all.map(({ port }) => createClient(port))
  const tokens = new Map<string, { readonly token: string; readonly until: number }>()
  let turn = seed

  async function send(kind: string, method: string, path: string, { expected, at, ...sent }: DoorSent) {
    turn += 1
    const client = clients[(at ?? turn) % clients.length]
    if (client === undefined) throw new Error('there is no replica')
    const before = performance.now()
    const answer = await client.send(method, path, { ...sent, headers: { host, ...sent.headers } })
    tally.took(kind, performance.now() - before)
    if (expected.includes(answer.status)) return answer
    const replica = all[(at ?? turn) % clients.length]?.name
    throw new Error(`${method} ${path} at ${replica}: ${answer.status} ${answer.reason} ${answer.text}`)
  }

  async function token(login: Login, scope: string, { fresh = false } = {}): Promise<string> {
    const key = `${login.secret} ${scope}`
    const kept = tokens.get(key)
    if (!fresh && kept !== undefined && kept.until > Date.now() && Math.random() < 0.9) return kept.token
    const path = `/token?${new URLSearchParams({ service: host, scope }).toString()}`
    const answer = await send('token', 'GET', path, { as: login, expected: [200] })
    tally.did('token-issued')
    if (tokens.size > 2_000) tokens.clear()
    tokens.set(key, { token: answer.json.token, until: Date.now() + TOKEN_MILLISECONDS })
    return answer.json.token
  }

  return {
    replicas: clients.length,
    send,
    token,
    close: () => clients.forEach((client) => client.close()),
  }
}
