/**
 * What a service principal signs in to: the control plane with a management token, the registry with a refresh token traded
 * for that, an access token, or its client id and secret as they are. Taking it away ends all of it at the next request.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Login, Sent } from './client.ts'
import { describeOnEachDatabase, describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage } from './images.ts'
import type { Server } from './server.ts'
import { apiOf } from './sign-up.ts'

const site = 'acme.localhost'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const form = (fields: Readonly<Record<string, string>>): Sent => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})

function signIn(on: Server, { name, secret }: Login): Promise<Answer> {
  const fields = { grant_type: 'client_credentials', client_id: name, client_secret: secret }
  return on.send('POST', '/adfs/oauth2/token', form(fields))
}

const exchange = (on: Server, token: string, place = site): Promise<Answer> =>
  on.send('POST', '/oauth2/exchange', {
    site: place,
    ...form({ grant_type: 'access_token', service: `${place}:${on.port}`, access_token: token }),
  })

const SCOPE = 'repository:app:pull,push'

/** By refresh token. */
const accessBy = (on: Server, token: string): Promise<Answer> =>
  on.send('POST', '/oauth2/token', {
    site,
    ...form({
      grant_type: 'refresh_token',
      service: `${site}:${on.port}`,
      scope: SCOPE,
      refresh_token: token,
    }),
  })

/** All that one gets by signing in. */
async function signedIn(on: Server, as: Login) {
  const management = demand(await signIn(on, as), 200).json.access_token as string
  const refresh = demand(await exchange(on, management), 200).json.refresh_token as string
  const access = demand(await accessBy(on, refresh), 200).json.access_token as string
  return { as, management, refresh, access }
}
type SignedIn = Awaited<ReturnType<typeof signedIn>>

const TAGS = '/v2/app/tags/list'

/** What each proof still gets, each at a door of its own. */
async function statuses(on: Server, { as, management, refresh, access }: SignedIn) {
  return {
    secret: (await on.send('GET', TAGS, { as, site })).status,
    signIn: (await signIn(on, as)).status,
    management: (await on.send('GET', '/subscriptions', { token: management })).status,
    exchange: (await exchange(on, management)).status,
    refresh: (await accessBy(on, refresh)).status,
    access: (await on.send('GET', TAGS, { token: access, site })).status,
  }
}

const IN = { secret: 200, signIn: 200, management: 200, exchange: 200, refresh: 200, access: 200 }
const OUT = { secret: 401, signIn: 401, management: 401, exchange: 401, refresh: 401, access: 401 }

/** Of the organization. */
const api = (on: Server, method: string, path: string, token: string, body?: object) =>
  apiOf(on.send, token)(method, `/organizations/acme${path}`, body)

describeOnEachDatabase('a service principal', (server) => {
  let owner: string
  let made = 0

  beforeAll(async () => {
    await server().organization('acme')
    await pushImage(server(), 'acme/app', { as: await server().oat('acme', { '*': ALL }), tag: 'v1' })
    owner = (await server().session(await server().user('olga', { acme: 'owner' }))).secret
  })

  async function make(body: object = {}): Promise<Login & { readonly path: string }> {
    const wish = { name: `principal-${(made += 1)}`, ...body }
    const { servicePrincipal, secret } = await api(server(), 'POST', '/service-principals', owner, wish)
    return {
      name: servicePrincipal.id,
      secret,
      path: `/service-principals/${servicePrincipal.id}`,
    }
  }

  it('signs in to everything by its client id and secret, and nothing of that is logged', async () => {
    const proofs = await signedIn(server(), await make())
    expect(await statuses(server(), proofs)).toEqual(IN)
    for (const proof of [proofs.as.secret, proofs.management, proofs.refresh, proofs.access])
      expect(server().logged()).not.toContain(proof)
  })

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['disabled', (path) => api(server(), 'PATCH', path, owner, { status: 'inactive' })],
    ['deleted', (path) => api(server(), 'DELETE', path, owner)],
  ])('that is %s is out of it all at the next request', async (_, take) => {
    const as = await make()
    const proofs = await signedIn(server(), as)
    expect(await statuses(server(), proofs)).toEqual(IN)
    await take(as.path)
    expect(await statuses(server(), proofs)).toEqual(OUT)
  })

  it('that is enabled again begins anew: what was issued before stays dead', async () => {
    const as = await make()
    const proofs = await signedIn(server(), as)
    await api(server(), 'PATCH', as.path, owner, { status: 'inactive' })
    await api(server(), 'PATCH', as.path, owner, { status: 'active' })
    expect(await statuses(server(), proofs)).toEqual({ ...OUT, secret: 200, signIn: 200 })
    expect(await statuses(server(), await signedIn(server(), as))).toEqual(IN)
  })

  it('whose secret is rotated without an overlap is out with the old one at once', async () => {
    const as = await make()
    const proofs = await signedIn(server(), as)
    const { secret } = await api(server(), 'POST', `${as.path}/rotations`, owner, { overlapSeconds: 0 })
    expect(await statuses(server(), proofs)).toEqual(OUT)
    expect(await statuses(server(), await signedIn(server(), { ...as, secret }))).toEqual(IN)
  })

  it('whose secret is rotated goes on with the old one until the overlap ends, and no longer by what it gave', async () => {
    const as = await make()
    const proofs = await signedIn(server(), as)
    const { secret } = await api(server(), 'POST', `${as.path}/rotations`, owner, { overlapSeconds: 120 })
    const renewed = await signedIn(server(), { ...as, secret })
    const meanwhile = await signedIn(server(), as)
    for (const each of [proofs, renewed, meanwhile]) expect(await statuses(server(), each)).toEqual(IN)
    server().pass(2 * MINUTE)
    for (const each of [proofs, meanwhile]) expect(await statuses(server(), each)).toEqual(OUT)
    expect(await statuses(server(), renewed)).toEqual(IN)
  })

  it('of an organization that is deleted ends with it', async () => {
    await server().organization('brief')
    const as = await server().servicePrincipal('brief')
    const management = demand(await signIn(server(), as), 200).json.access_token as string
    const refresh = demand(await exchange(server(), management), 200).json.refresh_token as string
    const user = await server().user('briefly', { brief: 'owner' })
    const { secret } = await server().session(user)
    demand(
      await server().send('DELETE', '/api/v1/organizations/brief', {
        token: secret,
        body: JSON.stringify({ confirm: 'brief' }),
        headers: { 'content-type': 'application/json' },
      }),
      204,
    )
    expect((await signIn(server(), as)).status).toBe(401)
    expect((await server().send('GET', '/subscriptions', { token: management })).status).toBe(401)
    expect((await exchange(server(), management)).status).toBe(401)
    expect((await accessBy(server(), refresh)).status).toBe(401)
  })

  it('that expires is out', async () => {
    const as = await make({ expiresAt: new Date(server().now() + HOUR).toISOString() })
    const proofs = await signedIn(server(), as)
    server().pass(HOUR)
    // An access token is as old by then, and the registry says which of the two it was.
    expect(await statuses(server(), proofs)).toEqual(OUT)
  })

  it('has to sign in again after an hour; a login at the registry goes on', async () => {
    const proofs = await signedIn(server(), await make())
    server().pass(HOUR - 1_000)
    expect(await statuses(server(), proofs)).toMatchObject({ management: 200, exchange: 200 })
    server().pass(1_000)
    expect(await statuses(server(), proofs)).toEqual({ ...IN, management: 401, exchange: 401, access: 401 })
  })

  it('is let in from its addresses only, and a change of them is felt at the next request', async () => {
    const as = await make()
    const proofs = await signedIn(server(), as)
    await api(server(), 'PATCH', as.path, owner, { addresses: ['192.0.2.0/24'] })
    // RFC 6749 §5.2: what isn't the client's identity is 400 at an authority. Logins go on being given, and open nothing; that is
    // 401 to an access token of Azure's dialect.
    const far = { secret: 403, signIn: 400, management: 403, exchange: 200, refresh: 200, access: 401 }
    expect(await statuses(server(), proofs)).toEqual(far)
    await api(server(), 'PATCH', as.path, owner, { addresses: ['192.0.2.0/24', '127.0.0.0/8', '::1'] })
    expect(await statuses(server(), proofs)).toEqual(IN)
  })

  it('is said to have been used, and when', async () => {
    const as = await make()
    const before = server().now()
    await signedIn(server(), as)
    await server().house.recorder.flush()
    const { lastUsed } = await api(server(), 'GET', as.path, owner)
    expect(lastUsed.address).toBe('127.0.0.1')
    expect(Date.parse(lastUsed.at)).toBeGreaterThanOrEqual(before)
  })

  it('is named in the activity log for what it did and what it was refused, after it was deleted too', async () => {
    const as = await make({ role: 'reader' })
    await signedIn(server(), as)
    await server().send('POST', '/v2/acme/app/blobs/uploads/', { as })
    await api(server(), 'DELETE', as.path, owner)
    await server().house.recorder.flush()
    const path = `/api/v1/activity?organization=acme&principal=principal-${made}`
    const { json } = demand(await server().send('GET', path, { token: owner }), 200)
    const told = json.items.map(({ type, outcome }: Record<string, string>) => `${type} ${outcome}`)
    expect(told.toSorted()).toEqual(['refusal deny', 'token-issued allow', 'token-issued allow'])
  })

  it('pushes and pulls as its role says, everywhere in its organization and nowhere else', async () => {
    await server().repository('acme', 'fresh')
    const [contributor, reader] = [await make(), await make({ role: 'reader' })]
    demand(
      await pushImage(server(), 'acme/fresh/deep', { as: contributor, tag: 'v1' }).then(read(contributor)),
      200,
    )
    demand(await read(reader)(), 200)
    const push = await server().send('POST', '/v2/acme/fresh/deep/blobs/uploads/', { as: reader })
    expect([push.status, push.reason]).toEqual([
      403,
      expect.stringMatching(/service principal `principal-\d+` may not write to acme\/fresh\/deep/),
    ])
    expect(push.reason).toContain('for a service principal with the role `contributor`')

    function read(as: Login) {
      return () => server().send('GET', '/v2/acme/fresh/deep/manifests/v1', { as })
    }
  })
})

describeServer('a proof of one kind', (server) => {
  let as: Issued
  let proofs: SignedIn
  beforeAll(async () => {
    await server().organization('acme')
    await server().organization('other')
    as = await server().servicePrincipal('acme')
    await pushImage(server(), 'acme/app', { as, tag: 'v1' })
    proofs = await signedIn(server(), as)
  })

  /** Where a proof is shown, and which is taken there. */
  const doors: readonly (readonly [string, (token: string) => Promise<Answer>, keyof SignedIn | 'none'])[] = [
    ['the control plane', (token) => server().send('GET', '/subscriptions', { token }), 'management'],
    ['the registry', (token) => server().send('GET', TAGS, { token, site }), 'access'],
    ['/oauth2/token, as a refresh token', (token) => accessBy(server(), token), 'refresh'],
    ['the administration', (token) => server().send('GET', '/api/v1/organizations', { token }), 'none'],
  ]
  const kinds = ['management', 'refresh', 'access'] as const

  describe.each(doors)('at %s', (_, knock, taken) => {
    it.each(kinds)('%s', async (kind) => {
      const { status } = await knock(proofs[kind])
      if (kind === taken) expect(status).toBe(200)
      else expect(status).toBeOneOf([401, 403])
    })
  })

  it('is exchanged if it is a management token, a refresh token or the secret itself; never an access token', async () => {
    const taken = [proofs.management, proofs.refresh, as.secret]
    for (const token of taken) expect((await exchange(server(), token)).status).toBe(200)
    expect((await exchange(server(), proofs.access)).status).toBe(401)
  })

  it('is no password if it is a management token', async () => {
    for (const name of [as.name, NULL_GUID, 'acme']) {
      const answer = await server().send('GET', '/token', { as: { name, secret: proofs.management } })
      expect(answer.status).toBe(401)
    }
  })

  it('is a password if it is a refresh token, under any name, as Azure has it', async () => {
    const answer = await server().send('GET', '/token', {
      as: { name: NULL_GUID, secret: proofs.refresh },
      site,
    })
    expect(answer.status).toBe(200)
  })

  it('of one organization gives nothing of another’s, exchanged at its own host or not', async () => {
    const { json } = demand(await exchange(server(), proofs.management, 'other.localhost'), 200)
    const blob = newBlob()
    for (const login of [as, { name: NULL_GUID, secret: json.refresh_token as string }]) {
      const place = login === as ? {} : { site: 'other.localhost' }
      const path = login === as ? '/v2/other/app' : '/v2/app'
      for (const [method, rest] of [
        ['GET', 'tags/list'],
        ['GET', `blobs/${blob.digest}`],
        ['POST', 'blobs/uploads/'],
      ] as const)
        expect((await server().send(method, `${path}/${rest}`, { as: login, ...place })).status).toBe(403)
    }
  })
})

const NULL_GUID = '00000000-0000-0000-0000-000000000000'
