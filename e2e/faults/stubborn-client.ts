/**
 * A client that doesn't give up: a broken connection or a server that isn't ready is asked again, at the next replica, and
 * a token that isn't taken any more is replaced, as docker does it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import {
  createClient,
  type Answer,
  type Client,
  type Login,
  type Sent,
} from '../../packages/server/test/client.ts'
import type { Replicas } from '../support/replicas.ts'

/** The connection broke before the answer: whether it was done nobody knows. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Who asks, and the scope of the token that it takes. */
export type By = { readonly login: Login; readonly scope: string }

export type StubbornSent = Sent & { readonly by?: By }

export type StubbornClient = {
  /** Sent once, if need be after waiting for somebody who listens. @throws Interrupted */
  readonly once: (method: string, path: string, sent?: StubbornSent) => Promise<Answer>
  /** For what can be repeated without harm: until there is an answer. */
  readonly again: (method: string, path: string, sent?: StubbornSent) => Promise<Answer>
  /** A new token; undefined when the credential is refused. */
  readonly token: (by: By) => Promise<string | undefined>
  readonly close: () => void
}

/** Longer than any outage here: what isn't back by then won't come back by itself. */
const PATIENCE_MILLISECONDS = 90_000
const PAUSE_MILLISECONDS = 20
/** The server says itself that nothing was done, and to come back (503), or that there is no room for it yet (507). */
const NOT_NOW: readonly (number | undefined)[] = [503, 507]
/** So many may become invalid between their issue and their use: clocks jump. */
const TOKENS = 5
/** Nobody listens: the request surely wasn't taken. */
const REFUSED = 'ECONNREFUSED'

export function createStubbornClient({ all, host }: Pick<Replicas, 'all' | 'host'>): StubbornClient {
  const clients = all.map(({ port }) => createClient(port))
  const tokens = new Map<string, string>()
  let turn = 0

  function next(): Client {
    turn += 1
    const client = clients[turn % clients.length]
    if (client === undefined) throw new Error('there is no server')
    return client
  }

  async function send(method: string, path: string, sent: Sent): Promise<Answer> {
    return persist(async () => {
      const answer = await next()
        .send(method, path, { ...sent, headers: { host, ...sent.headers } })
        .catch((cause: unknown) => {
          if (codeOf(cause) === REFUSED) return undefined
          throw new Interrupted(`${method} ${path}`, { cause })
        })
      return NOT_NOW.includes(answer?.status) ? undefined : answer
    }, `${method} ${path}`)
  }

  async function once(method: string, path: string, sent: StubbornSent = {}): Promise<Answer> {
    const { by, ...rest } = sent
    if (by === undefined) return send(method, path, rest)
    const key = `${by.login.secret} ${by.scope}`
    for (let tries = 1; ; tries += 1) {
      const bearer = tokens.get(key) ?? (await token(by))
      if (bearer === undefined) throw new Error(`${by.login.name} is refused`)
      tokens.set(key, bearer)
      const answer = await send(method, path, { ...rest, token: bearer })
      if (answer.status !== 401 || tries === TOKENS) return answer
      tokens.delete(key)
    }
  }

  async function again(method: string, path: string, sent: StubbornSent = {}): Promise<Answer> {
    return persist(
      () =>
        once(method, path, sent).catch((problem: unknown) => {
          if (problem instanceof Interrupted) return undefined
          throw problem
        }),
      `${method} ${path}`,
    )
  }

  async function token({ login, scope }: By): Promise<string | undefined> {
    const path = `/token?${new URLSearchParams({ service: host, scope }).toString()}`
    const answer = await again('GET', path, { as: login })
    if (answer.status === 200) return answer.json.token
    if (answer.status === 401) return undefined
    throw new Error(`token: ${answer.status} ${answer.text}`)
  }

  return { once, again, token, close: () => clients.forEach((client) => client.close()) }
}

async function persist(attempt: () => Promise<Answer | undefined>, what: string): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS
  while (performance.now() < deadline) {
    const answer = await attempt()
    if (answer !== undefined) return answer
    await pause(PAUSE_MILLISECONDS)
  }
  throw new Error(`${what}: no server came back within ${PATIENCE_MILLISECONDS / 1_000} s`)
}

function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}
