/** Azure's token service, `/oauth2/`: what it trades for what, for whom, and until when. */
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureSetupLink } from '../src/operations/manage/create-setup-link.ts'
import type { Answer, Login, Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage } from './images.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'
const MINUTE = 60_000
const site = 'acme.localhost'

describeServer('Azure’s token service', (server) => {
  let ci: Issued
  let reader: Issued
  beforeAll(async () => {
    await server().organization('acme')
    await server().repository('acme', 'open', 'public')
    ci = await server().oat('acme', { '*': ALL })
    reader = await server().registryToken('acme', 'reader', { app: ['content/read'] })
    for (const name of ['app', 'open']) await pushImage(server(), name, { as: ci, site, tag: 'v1' })
  })

  const authority = () => `${site}:${server().port}`
  const post = (path: string, form: Record<string, string>, sent: Sent = {}): Promise<Answer> =>
    server().send('POST', `/oauth2/${path}`, {
      site,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      ...sent,
    })
  const exchange = (form: Record<string, string>, sent?: Sent) =>
    post('exchange', { grant_type: 'access_token', service: authority(), ...form }, sent)
  const password = ({ name, secret }: Login) => ({ grant_type: 'password', username: name, password: secret })
  const refreshOf = async (login: Login) =>
    demand(await exchange({ access_token: login.secret }), 200).json.refresh_token
  const accessOf = async (login: Login, scope: string) =>
    demand(await post('token', { ...password(login), service: authority(), scope }), 200).json.access_token
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const describeApp = (sent: Sent) => server().send('GET', '/acr/v1/app', { site, ...sent })

  describe('exchange', () => {
    it('gives a refresh token for a token of ours, and nothing else', async () => {
      const answer = await exchange({ access_token: ci.secret, tenant: 'any' }, {})
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
      expect(Object.keys(answer.json)).toEqual(['refresh_token'])
      expect(claimsOf(answer.json.refresh_token).exp).toBeGreaterThan(Date.now() / 1_000)
    })

    it.each([
      ['access_token', 'access_token'],
      ['access_token_refresh_token', 'access_token'],
      ['refresh_token', 'refresh_token'],
    ])('takes a refresh token again: %s', async (grant, field) => {
      const answer = await exchange({ grant_type: grant, [field]: await refreshOf(ci) })
      expect(answer.status).toBe(200)
    })

    it.each([
      ['a token of another registry', { access_token: 'a.b.c' }, 401],
      ['a damaged one', { access_token: 'whd_oat_x' }, 401],
      ['nothing', {}, 401],
      ['another grant', { grant_type: 'password' }, 400],
      ['another service', { service: 'registry.example.com' }, 400],
    ])('refuses %s', async (_, form, status) => {
      const answer = await exchange({ ...(status === 400 && { access_token: ci.secret }), ...form })
      expect(answer.status).toBe(status)
      expect(answer.json).toMatchObject({
        errors: [{ message: expect.any(String) }],
        error: expect.any(String),
      })
    })

    it('refuses an access token, and GET', async () => {
      expect((await exchange({ access_token: await accessOf(ci, '') })).status).toBe(401)
      expect(await server().send('GET', '/oauth2/exchange', { site })).toMatchObject({ status: 405 })
    })

    it('refuses a session: that is for administration', async () => {
      const link = await ensureSetupLink(server().house)
      const secret = link.type === 'waiting' ? link.secret.reveal() : ''
      const body = { secret, user: 'root', password: 'correct horse battery', organization: 'first' }
      const headers = { 'content-type': 'application/json' }
      const made = await server().send('POST', '/api/v1/setup', { body: JSON.stringify(body), headers })
      expect(await exchange({ access_token: made.json.session.secret })).toMatchObject({
        status: 401,
        json: { errors: [{ message: expect.stringContaining('a session is for') }] },
      })
    })

    it('ends with its credential', async () => {
      const gone = await server().oat('acme', { '*': ALL }, { expiresAt: server().now() + MINUTE })
      const refresh_token = await refreshOf(gone)
      server().pass(2 * MINUTE)
      const form = { grant_type: 'refresh_token', refresh_token, scope: 'repository:app:pull' }
      expect(await post('token', form)).toMatchObject({
        status: 401,
        json: { errors: [{ code: 'UNAUTHORIZED', message: expect.stringContaining('expired on') }] },
      })
    })
  })

  describe('access', () => {
    const scope = 'repository:app:metadata_read'
    it.each<readonly [string, () => Promise<Answer>]>([
      ['by name and password', () => post('token', { ...password(ci), service: authority(), scope })],
      [
        'by refresh token',
        async () =>
          post('token?api-version=2021-07-01', {
            grant_type: 'refresh_token',
            refresh_token: await refreshOf(ci),
            service: authority(),
            scope,
          }),
      ],
      [
        'by refresh token as a password',
        async () => post('token', { ...password({ name: NOBODY, secret: await refreshOf(ci) }), scope }),
      ],
      [
        'by GET, as docker asks',
        () =>
          server().send('GET', `/oauth2/token?service=${authority()}&account=x&scope=${scope}`, {
            site,
            as: ci,
          }),
      ],
      [
        'by GET, with a refresh token',
        async () =>
          server().send('GET', `/oauth2/token?scope=${scope}`, {
            site,
            as: { name: NOBODY, secret: await refreshOf(ci) },
          }),
      ],
    ])('%s', async (_, ask) => {
      const answer = demand(await ask(), 200)
      expect(Object.keys(answer.json)).toEqual(['access_token'])
      expect(claimsOf(answer.json.access_token).whd).toMatchObject({
        dialect: 'azure',
        asked: [{ type: 'repository', name: 'app', actions: ['metadata_read'] }],
      })
      expect(await describeApp({ token: answer.json.access_token })).toMatchObject({ status: 200 })
    })

    it('for nobody: what is public, and no more', async () => {
      const form = { grant_type: 'password', refresh_token: '', service: authority() }
      for (const [name, status] of [
        ['open', 200],
        ['app', 401],
      ] as const) {
        const answer = demand(
          await post('token', { ...form, scope: `repository:${name}:metadata_read` }),
          200,
        )
        const token = answer.json.access_token
        expect((await server().send('GET', `/acr/v1/${name}/_tags`, { site, token })).status).toBe(status)
      }
      const token = demand(await post('token', { ...form, scope: 'registry:catalog:*' }), 200).json
        .access_token
      expect((await server().send('GET', '/acr/v1/_catalog', { site, token })).json.repositories).toEqual([
        'open',
      ])
    })

    it('a refresh token is a password of data calls too; an access token is none', async () => {
      const as = { name: NOBODY, secret: await refreshOf(ci) }
      expect((await describeApp({ as })).status).toBe(200)
      expect((await server().send('GET', '/v2/app/manifests/v1', { site, as })).status).toBe(200)
      expect((await describeApp({ as: { ...as, secret: await accessOf(ci, scope) } })).status).toBe(401)
    })

    it('scopes may come twice, or several in one', async () => {
      const twice = 'repository:app:pull repository:app:metadata_read'
      const token = await accessOf(ci, twice)
      expect(claimsOf(token).whd.asked).toEqual([
        { type: 'repository', name: 'app', actions: ['pull', 'metadata_read'] },
      ])
    })

    it.each([
      ['a wrong secret', { username: 'ci', password: 'wrong' }],
      ['another name', { username: 'nobody', password: 'SECRET' }],
    ])('%s is 401', async (_, form) => {
      const secret = form.password.replace('SECRET', reader.secret)
      expect(await post('token', { grant_type: 'password', ...form, password: secret })).toMatchObject({
        status: 401,
        json: { errors: [{ code: 'UNAUTHORIZED' }] },
      })
    })

    it('ends, and says what to ask for again', async () => {
      const token = await accessOf(ci, 'repository:app:pull')
      server().pass(60 * MINUTE)
      for (const [method, path, wanted] of [
        ['GET', '/acr/v1/app', 'repository:app:metadata_read'],
        ['GET', '/v2/app/manifests/v1', 'repository:app:pull'],
        ['GET', '/v2/app/tags/list', 'repository:app:metadata_read'],
        ['DELETE', `/v2/app/manifests/${newBlob().digest}`, 'repository:app:delete'],
        ['POST', '/v2/app/blobs/uploads/', 'repository:app:pull,push'],
      ] as const) {
        const answer = await server().send(method, path, { site, token })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toContain(`scope="${wanted}",error="invalid_token"`)
      }
    })
  })
})
