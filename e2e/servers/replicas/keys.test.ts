/** Sign-ins, logins, keys and time are the installation's, not a replica's. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectTo, type Connection } from '../../../packages/server/test/connect-to.ts'
import { demand } from '../../../packages/server/test/images.ts'
import {
  openSigningKeys,
  usualSchedule,
  type SigningKeys,
} from '../../../packages/server/src/identity/signing-keys.ts'
import { sealKey } from '../../../packages/server/src/secrets/seal.ts'
import { signingKeyRows } from '../../../packages/server/src/signing-key-rows.ts'
import { openMetadataStore } from '../../../packages/server/src/stores/metadata/open.ts'
import type { MetadataStore } from '../../../packages/server/src/stores/metadata/port.ts'
import { claimsOf } from '../../support/claims-of.ts'
import { describeWith } from '../../support/describe-with.ts'
import { loginOf, openCompany, type Company } from './company.ts'

const DAY = 86_400_000
const SOON = { timeout: 10_000, interval: 50 }
const SCOPE = 'repository:acme/app:pull'

describeWith(['faketime'], 'two replicas', () => {
  let company: Company
  let database: Connection
  /** As a third replica that leads. */
  let store: MetadataStore
  let leader: SigningKeys<'access'>
  const now = Date.now()

  beforeAll(async () => {
    const seal = randomBytes(32)
    company = await openCompany({ settings: { WHARDEN_SEAL_KEY: seal.toString('base64') }, clocks: true })
    const url = company.replicas.postgres?.url ?? ''
    database = await connectTo(url)
    store = await openMetadataStore({ type: 'postgres', url })
    const current = sealKey(seal)
    if (current === undefined) throw new Error('the length is wrong')
    const seals = { current, previous: undefined }
    const schedule = usualSchedule(3_600)
    leader = await openSigningKeys({ rows: signingKeyRows(store), seals, family: 'access', schedule }, now)
  })
  afterAll(async () => {
    await store?.close()
    await database?.end()
    await company?.close()
  })

  /** 404: it may look, and there is nothing. */
  const use = async (at: number, token: string) =>
    (await company.send(at, 'GET', '/v2/acme/app/manifests/v1', { token })).status
  const published = async (at: number): Promise<readonly string[]> =>
    demand(await company.send(at, 'GET', '/api/v1/keys'), 200).json.keys.map(
      ({ kid }: { kid: string }) => kid,
    )
  const kidOf = (token: string): string =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

  it('know one another’s sign-ins, and their end', async () => {
    const who = async (at: number) =>
      (await company.send(at, 'GET', '/api/v1/sessions/current', { token: session })).status
    const body = JSON.stringify({ user: 'olga', password: 'correct horse battery staple' })
    const made = await company.send(1, 'POST', '/api/v1/sessions', {
      body,
      headers: { 'content-type': 'application/json' },
    })
    const session: string = demand(made, 201).json.secret
    expect([await who(0), await who(1)]).toEqual([200, 200])
    demand(await company.send(0, 'DELETE', '/api/v1/sessions/current', { token: session }), 204)
    expect(await who(0)).toBe(401)
    await expect.poll(() => who(1), SOON).toBe(401)
  })

  it('redeem one another’s logins', async () => {
    const query = new URLSearchParams({ service: company.replicas.host, scope: SCOPE, offline_token: 'true' })
    const first = demand(
      await company.send(0, 'GET', `/token?${query.toString()}`, { as: company.robot }),
      200,
    ).json
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
      service: company.replicas.host,
      scope: SCOPE,
      client_id: 'test',
    })
    const redeemed = await company.send(1, 'POST', '/token', {
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await use(0, demand(redeemed, 200).json.access_token)).toBe(404)
  })

  it('publish the next key before it signs, sign with it together, and forget the old one together', async () => {
    const old = await company.token(0, company.robot, SCOPE)
    await leader.rotate(now + 77 * DAY)
    for (const at of [0, 1]) await expect.poll(() => published(at), SOON).toHaveLength(2)
    expect(kidOf(await company.token(1, company.robot, SCOPE))).toBe(kidOf(old))
    await leader.rotate(now + 91 * DAY)
    const renewed = async (at: number) => kidOf(await company.token(at, company.robot, SCOPE)) !== kidOf(old)
    for (const at of [0, 1]) await expect.poll(() => renewed(at), SOON).toBe(true)
    const young = await company.token(0, company.robot, SCOPE)
    for (const at of [0, 1]) expect([await use(at, old), await use(at, young)]).toEqual([404, 404])
    await leader.rotate(now + 93 * DAY)
    for (const at of [0, 1]) {
      await expect.poll(() => use(at, old), SOON).toBe(401)
      expect(await use(at, young)).toBe(404)
    }
  })

  it('look a key up that they never heard of', async () => {
    // The news of several rotations gets lost.
    await database.query('CREATE RULE lost AS ON INSERT TO change DO INSTEAD NOTHING')
    for (const time of [2, 3, 4, 5]) await leader.rotate(now + time * 91 * DAY)
    await database.query('DROP RULE lost ON change')
    await company.replica(0).kill()
    await company.replica(0).start()
    const token = await company.token(0, company.robot, SCOPE)
    expect(await published(1)).not.toContain(kidOf(token))
    // A replica looks once a second at most, and may just have looked for the key that was forgotten above.
    await expect.poll(() => use(1, token), SOON).toBe(404)
    expect(await published(1)).toContain(kidOf(token))
    expect(kidOf(await company.token(1, company.robot, SCOPE))).toBe(kidOf(token))
  })

  it.each([
    ['ahead', 3_600],
    ['behind', -3_600],
  ])('go by the database’s clock, be their own an hour %s', async (side, seconds) => {
    const soon = new Date(Date.now() + 30 * 60_000).toISOString()
    const issued = await company.admin.organizationToken('acme', `half-hour ${side}`, {
      repositories: [{ repository: '*', permissions: ['scope-image-pull'] }],
      expiresAt: soon,
    })
    const as = loginOf(issued.credentials)
    company.replica(1).shiftClock(seconds)
    const told = `ms ${side === 'ahead' ? 'ahead of' : 'behind'} the database's`
    await expect.poll(() => company.replica(1).launched().daemon.log().includes(told), SOON).toBe(true)
    for (const from of [0, 1])
      for (const to of [0, 1]) {
        const token = await company.token(from, as, SCOPE)
        expect(Math.abs(claimsOf(token).iat * 1_000 - Date.now())).toBeLessThan(10_000)
        expect(await use(to, token)).toBe(404)
      }
    // One that starts with a wrong clock knows before it does anything.
    await company.replica(1).kill()
    await company.replica(1).start()
    expect(await use(0, await company.token(1, as, SCOPE))).toBe(404)
    company.replica(1).shiftClock(0)
    await company.replica(1).kill()
    await company.replica(1).start()
  })
})
