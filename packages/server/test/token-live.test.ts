/**
 * A registry token at work while it is changed: what was issued by a password ends with that password, and all of it with
 * the token, at the next request; on another server two seconds later at most. The other password goes on.
 */
import { beforeAll, expect, it } from 'vitest'
import { describeOnEachDatabase } from './describe-server.ts'
import { at, describeTwoServers } from './describe-two-servers.ts'
import type { Client, Login, Sent } from './client.ts'
import { demand, pushImage } from './images.ts'
import type { Server } from './server.ts'
import { apiOf, signUp, type Api } from './sign-up.ts'

type Send = Client['send']
const PASSWORDS = ['password1', 'password2'] as const
type Password = (typeof PASSWORDS)[number]

const PULL = '/v2/acme/samples/app/manifests/v1'
const SCOPE = 'repository:acme/samples/app:pull'

type Device = {
  readonly id: string
  readonly map: string
  readonly logins: Readonly<Record<Password, Login>>
}

/** What becomes of those who came by each of the two passwords. */
type Way = {
  readonly what: string
  readonly change: (api: Api, device: Device, pass: (milliseconds: number) => void) => Promise<unknown>
  readonly after: readonly [byPassword1: number, byPassword2: number]
}

const passwords = ({ id }: Device) => `/tokens/${id}/passwords`
const map = ({ map: name }: Device) => `/organizations/acme/scope-maps/${name}`
const LESS = { remove: [{ repository: 'samples/*', permissions: ['content/read'] }] }

const WAYS: readonly Way[] = [
  {
    what: 'one password generated anew',
    change: (api, device) => api('POST', passwords(device), { names: ['password1'] }),
    after: [401, 200],
  },
  {
    what: 'the other password generated anew',
    change: (api, device) => api('POST', passwords(device), { names: ['password2'] }),
    after: [200, 401],
  },
  {
    what: 'both generated anew',
    change: (api, device) => api('POST', passwords(device), {}),
    after: [401, 401],
  },
  {
    what: 'one password deleted',
    change: (api, device) => api('DELETE', `${passwords(device)}/password1`),
    after: [401, 200],
  },
  {
    what: 'the token disabled',
    change: (api, { id }) => api('PATCH', `/tokens/${id}`, { status: 'inactive' }),
    after: [401, 401],
  },
  { what: 'the token deleted', change: (api, { id }) => api('DELETE', `/tokens/${id}`), after: [401, 401] },
  {
    what: 'another scope map given to it',
    change: (api, { id }) => api('PATCH', `/tokens/${id}`, { scopeMap: 'elsewhere' }),
    after: [403, 403],
  },
  {
    what: 'an action taken from its map',
    change: (api, device) => api('PATCH', map(device), LESS),
    after: [403, 403],
  },
  {
    what: 'its map made another',
    change: (api, device) => api('PATCH', map(device), { repositories: [] }),
    after: [403, 403],
  },
  { what: 'its map deleted', change: (api, device) => api('DELETE', map(device)), after: [403, 403] },
]

/** One password ends by itself: only where the test moves the clock. */
const EXPIRY: Way = {
  what: 'one password’s time over',
  change: async (_api, _device, pass) => pass(61_000),
  after: [401, 200],
}

let count = 0

async function makeDevice(api: Api, now: () => number): Promise<Device> {
  const name = `device-${(count += 1)}`
  const rights = {
    type: 'repositories',
    repositories: [{ repository: 'samples/*', permissions: ['content/read'] }],
  }
  const body = { kind: 'registry-token', organization: 'acme', name, rights, passwords: ['password2'] }
  const { token, secrets } = await api('POST', '/tokens', body)
  const expiresAt = new Date(now() + 60_000).toISOString()
  const one = await api('POST', `/tokens/${token.id}/passwords`, { names: ['password1'], expiresAt })
  const login = (issued: { secrets: { value: string }[] }) => ({
    name,
    secret: issued.secrets[0]?.value ?? '',
  })
  return {
    id: token.id,
    map: `${name}-scope-map`,
    logins: { password1: login(one), password2: login({ secrets }) },
  }
}

/** All that can be had by a password: itself, an access token, a login that docker keeps, and what that gives. */
async function proofsOf(send: Send, as: Login): Promise<readonly Sent[]> {
  const query = new URLSearchParams({ scope: SCOPE, offline_token: 'true' }).toString()
  const { json } = demand(await send('GET', `/token?${query}`, { as }), 200)
  const kept = { name: 'anybody', secret: String(json.refresh_token) }
  const again = demand(await send('GET', `/token?scope=${SCOPE}`, { as: kept }), 200).json.token
  return [{ as }, { as: kept }, { token: json.token }, { token: again }]
}

async function prepare(send: Send, api: Api, now: () => number) {
  const device = await makeDevice(api, now)
  const proofs = await Promise.all(PASSWORDS.map((password) => proofsOf(send, device.logins[password])))
  const statuses = async (on: Send) =>
    Promise.all(
      proofs.map(async (some) => {
        const answers = await Promise.all(some.map((sent) => on('GET', PULL, sent)))
        const [status, ...others] = new Set(answers.map((answer) => answer.status))
        return others.length === 0 ? status : answers.map((answer) => answer.status)
      }),
    )
  return { device, statuses }
}

async function begin(send: Send, server: Server): Promise<Api> {
  const api = apiOf(send, await signUp(send, server.house))
  const all = [{ repository: '*', permissions: ['content/read', 'content/write'] }]
  const rights = { type: 'repositories', repositories: all }
  const body = { kind: 'registry-token', organization: 'acme', name: 'pusher', rights }
  const { secrets } = await api('POST', '/tokens', body)
  await pushImage({ send }, 'acme/samples/app', {
    as: { name: 'pusher', secret: secrets[0].value },
    tag: 'v1',
  })
  const elsewhere = [{ repository: 'other/*', permissions: ['content/read'] }]
  await api('POST', '/organizations/acme/scope-maps', { name: 'elsewhere', repositories: elsewhere })
  return api
}

describeOnEachDatabase('a registry token at work', (server) => {
  let api: Api
  beforeAll(async () => {
    api = await begin(server().send, server())
  })

  it.each([...WAYS, EXPIRY])('$what', async ({ change, after }) => {
    const { device, statuses } = await prepare(server().send, api, server().now)
    expect(await statuses(server().send)).toEqual([200, 200])
    await change(api, device, server().pass)
    expect(await statuses(server().send)).toEqual(after)
  })
})

describeTwoServers((servers) => {
  let one: Server
  let two: Server
  let api: Api
  beforeAll(async () => {
    const both = servers()
    if (both === undefined) return
    ;[one, two] = both
    api = await begin(at(one), one)
  })

  it.each(WAYS)('$what at one is felt at the other within two seconds', async ({ change, after }) => {
    const { device, statuses } = await prepare(at(two), api, two.now)
    for (const server of [one, two]) expect(await statuses(at(server))).toEqual([200, 200])
    await change(api, device, one.pass)
    expect(await statuses(at(one))).toEqual(after)
    await expect.poll(() => statuses(at(two)), { timeout: 2_000, interval: 20 }).toEqual(after)
  })
})
