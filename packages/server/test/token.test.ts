/**
 * The token service as clients use it: Docker's token authentication (GET), its OAuth2 form (POST), and the quirks of
 * those that speak it. https://distribution.github.io/distribution/spec/auth/token/
 */
import { parseChallenges } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Login, Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, WRITE, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const MINUTE = 60_000
const DAY = 86_400_000

describeServer('the token service', (server) => {
  let ci: Issued
  let ann: Issued
  let device: Issued

  beforeAll(async () => {
    await server().organization('acme')
    await server().repository('acme', 'open', 'public')
    ci = await server().oat('acme', { '*': ALL })
    ann = await server().pat(await server().user('ann', { acme: 'owner' }), 'repo:admin')
    device = await server().registryToken('acme', 'device', { app: READ })
    for (const name of ['acme/app', 'acme/open']) await pushImage(server(), name, { as: ci, tag: 'v1' })
  })

  const get = (query: string, sent: Sent = {}): Promise<Answer> =>
    server().send('GET', `/token?${query}`, sent)
  const post = (form: Record<string, string | readonly string[]>, sent: Sent = {}): Promise<Answer> => {
    const body = new URLSearchParams()
    for (const [name, values] of Object.entries(form))
      for (const value of typeof values === 'string' ? [values] : values) body.append(name, value)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return server().send('POST', '/token', { body: body.toString(), headers, ...sent })
  }
  const login = ({ name, secret }: Login) => ({ grant_type: 'password', username: name, password: secret })
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const askedOf = ({ json }: Answer) =>
    claimsOf(json.access_token).whd.asked.map(
      (scope: { type: string; name: string; actions: readonly string[] }) =>
        `${scope.type}:${scope.name}:${scope.actions.join(',')}`,
    )
  const pull = (token: string, repository = 'acme/app') =>
    server().send('GET', `/v2/${repository}/manifests/v1`, { token })

  describe('the answer', () => {
    it('of GET has what every client wants', async () => {
      const answer = await get('scope=repository:acme/app:pull', { as: ci })
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      })
      const { token, access_token, expires_in, issued_at, ...rest } = answer.json
      expect(rest).toEqual({})
      expect(access_token).toBe(token)
      expect(expires_in).toBeGreaterThanOrEqual(60)
      expect(issued_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
      const { exp, iat, nbf, iss, aud, sub, jti } = claimsOf(token)
      expect(exp - iat).toBe(expires_in)
      expect(nbf).toBeLessThanOrEqual(iat)
      expect([typeof iss, aud, typeof sub, typeof jti]).toEqual([
        'string',
        server().authority,
        'string',
        'string',
      ])
    })

    it('of POST has the scope it gives besides', async () => {
      const answer = await post({ ...login(ci), scope: 'repository:acme/app:pull', client_id: 'test' })
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
      expect(Object.keys(answer.json).sort()).toEqual([
        'access_token',
        'expires_in',
        'issued_at',
        'scope',
        'token_type',
      ])
      expect(answer.json).toMatchObject({ scope: 'repository:acme/app:pull', token_type: 'Bearer' })
    })

    it('has a refresh token only where one is asked for', async () => {
      const yes = await get('offline_token=true', { as: ci })
      expect(yes.json.refresh_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
      expect((await get('offline_token=false', { as: ci })).json.refresh_token).toBeUndefined()
      expect((await post({ ...login(ci), access_type: 'offline' })).json.refresh_token).toBeDefined()
      expect((await post({ ...login(ci), access_type: 'online' })).json.refresh_token).toBeUndefined()
      expect((await get('offline_token=true')).json.refresh_token).toBeUndefined()
    })

    it('is a token of its own every time', async () => {
      const tokens = await Promise.all(Array.from({ length: 50 }, () => server().token({ as: ci })))
      expect(new Set(tokens).size).toBe(50)
    })
  })

  describe('what may be asked for', () => {
    const long = Array.from({ length: 25 }, (_, at) => `repository:acme/r${String(at).padStart(2, '0')}:pull`)
    it.each<readonly [string, readonly string[], readonly string[]]>([
      ['nothing', [], []],
      ['one', ['repository:acme/app:pull'], ['repository:acme/app:pull']],
      [
        'several in one',
        ['repository:acme/app:pull repository:acme/b:push'],
        ['repository:acme/app:pull', 'repository:acme/b:push'],
      ],
      [
        'several parameters',
        ['repository:acme/b:push', 'repository:acme/app:pull'],
        ['repository:acme/app:pull', 'repository:acme/b:push'],
      ],
      [
        'the same twice, merged',
        ['repository:acme/app:pull', 'repository:acme/app:push,pull'],
        ['repository:acme/app:pull,push'],
      ],
      [
        'actions in any order',
        ['repository:acme/app:push,pull,delete'],
        ['repository:acme/app:pull,push,delete'],
      ],
      ['unknown actions', ['repository:acme/app:fly,pull'], ['repository:acme/app:pull']],
      ['nothing but unknown actions', ['repository:acme/app:fly'], []],
      ['unknown types', ['plane:acme/app:pull', 'repository:acme/app:pull'], ['repository:acme/app:pull']],
      ['a class (retired)', ['repository(plugin):acme/app:pull'], ['repository:acme/app:pull']],
      ['the catalog', ['registry:catalog:*'], ['registry:catalog:*']],
      ['a name with a port', ['repository:localhost:5000/app:pull'], []],
      [
        'a name that is none',
        ['repository:acme/../app:pull', 'repository:Acme/App:pull', 'repository::pull'],
        [],
      ],
      ['garbage', ['::::', 'x', ' ', 'repository'], []],
      ['everything', ['repository:acme/app:*'], ['repository:acme/app:*']],
      ['more than twenty', [long.join(' ')], long.slice(0, 20)],
    ])('%s', async (_what, scopes, asked) => {
      const query = new URLSearchParams(scopes.map((scope) => ['scope', scope])).toString()
      const answer = await get(query, { as: ci })
      expect(answer.status).toBe(200)
      expect(askedOf(answer)).toEqual(asked)
      expect(askedOf(await post({ ...login(ci), scope: scopes }))).toEqual(asked)
    })

    it('too much is no error; OAuth2’s answer says what of it is granted', async () => {
      const scope = [
        'repository:acme/app:pull,push,delete',
        'repository:acme/other:pull',
        'repository:nowhere/app:pull',
        'repository:app:pull',
        'repository:docker.io/library/nginx:pull',
        'registry:catalog:*',
      ].join(' ')
      const answer = await post({ ...login(device), scope })
      expect(answer).toMatchObject({
        status: 200,
        json: { scope: 'registry:catalog:* repository:acme/app:pull' },
      })
      expect(askedOf(answer)).toHaveLength(6)
      expect((await post({ ...login(ann), scope: 'repository:acme/app:*' })).json.scope).toBe(
        'repository:acme/app:*',
      )
      expect((await post({ ...login(device), scope: 'repository:acme/app:*' })).json.scope).toBe(
        'repository:acme/app:pull,metadata_read',
      )
      expect((await post({ ...login(device), scope: 'repository:acme/none:pull' })).json.scope).toBe('')
    })
  })

  describe('the service', () => {
    it.each([
      ['absent', undefined, 200],
      ['empty', '', 200],
      ['ours', 'HERE', 200],
      ['unknown', 'registry.example.com', 400],
      ['another address of ours', 'acme.HERE', 400],
      ['hostile', '"><script>', 400],
    ])('%s', async (_what, service, status) => {
      const named = service?.replace('HERE', server().authority)
      const query = new URLSearchParams(named === undefined ? {} : { service: named }).toString()
      expect((await get(query, { as: ci })).status).toBe(status)
      expect((await post({ ...login(ci), ...(named !== undefined && { service: named }) })).status).toBe(
        status,
      )
    })

    it('a token for one address of ours is worth nothing at another', async () => {
      const token = await server().token({ as: ci, scope: 'repository:app:pull', site: 'acme.localhost' })
      demand(await server().send('GET', '/v2/app/manifests/v1', { token, site: 'acme.localhost' }), 200)
      expect(await server().send('GET', '/v2/app/manifests/v1', { token })).toMatchObject({ status: 401 })
      expect(await server().send('GET', '/v2/', { token })).toMatchObject({ status: 401 })
    })

    it('the challenge names the address that was called, whatever headers say', async () => {
      const answer = await server().send('GET', '/v2/', {
        site: 'acme.localhost',
        headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      })
      const [challenge] = parseChallenges(answer.headers['www-authenticate'] ?? '')
      expect(challenge?.parameters.get('realm')).toBe(`http://acme.localhost:${server().port}/token`)
      expect(challenge?.parameters.get('service')).toBe(`acme.localhost:${server().port}`)
      expect(answer.headers['www-authenticate']).not.toContain('evil')
    })
  })

  describe('nobody', () => {
    it('gets a token that reads what is public, by GET and by POST', async () => {
      const scope = 'repository:acme/open:pull'
      const byGet = await get(`scope=${scope}`)
      const byPost = await post({ grant_type: 'password', username: '', password: '', scope })
      expect(byPost.json.scope).toBe(scope)
      for (const { status, json } of [byGet, byPost]) {
        expect(status).toBe(200)
        expect(claimsOf(json.access_token).sub).toBe('')
        demand(await pull(json.access_token, 'acme/open'), 200)
      }
    })

    it('and not what is private: told so, with what to do', async () => {
      const token = await server().token({ scope: 'repository:acme/app:pull' })
      const answer = await pull(token)
      expect(answer).toMatchObject({ status: 403, json: { errors: [{ code: 'DENIED' }] } })
      expect(answer.json.errors[0].message).toContain('docker login')
    })

    it('reads what is public without a token too', async () => {
      demand(await server().send('GET', '/v2/acme/open/manifests/v1'), 200)
      demand(await server().send('GET', '/v2/acme/open/tags/list'), 200)
    })
  })

  describe('at the registry', () => {
    it.each([
      ['what was asked and is granted', 'repository:acme/app:pull', 200],
      ['what was asked and isn’t granted', 'repository:acme/other:pull', 403],
      ['what wasn’t asked', 'repository:acme/other:pull', 401],
      ['nothing asked', '', 401],
    ])('%s', async (what, scope, status) => {
      const token = await server().token({ as: device, scope })
      const repository = what === 'what was asked and isn’t granted' ? 'acme/other' : 'acme/app'
      expect((await pull(token, repository)).status).toBe(status)
    })

    it.each([
      ['GET', 'manifests/v1', 'pull'],
      ['HEAD', 'manifests/v1', 'pull'],
      ['GET', 'tags/list', 'pull'],
      ['GET', `referrers/sha256:${'0'.repeat(64)}`, 'pull'],
      ['GET', `blobs/sha256:${'0'.repeat(64)}`, 'pull'],
      ['HEAD', `blobs/sha256:${'0'.repeat(64)}`, 'pull'],
      ['POST', 'blobs/uploads/', 'pull,push'],
      ['PUT', 'manifests/v2', 'pull,push'],
      ['DELETE', 'manifests/v1', 'delete'],
      ['DELETE', `blobs/sha256:${'0'.repeat(64)}`, 'delete'],
    ])(
      '%s %s with a token asked for elsewhere: 401 with the scope to ask for',
      async (method, path, actions) => {
        const token = await server().token({ as: ci, scope: 'repository:acme/elsewhere:pull,push,delete' })
        const answer = await server().send(method, `/v2/acme/app/${path}`, { token })
        expect(answer.status).toBe(401)
        const [challenge] = parseChallenges(answer.headers['www-authenticate'] ?? '')
        expect(Object.fromEntries(challenge?.parameters ?? [])).toEqual({
          realm: `http://${server().authority}/token`,
          service: server().authority,
          scope: `repository:acme/app:${actions}`,
          error: 'insufficient_scope',
        })
      },
    )

    it('having asked to pull admits listing, where that is granted', async () => {
      const token = await server().token({ as: device, scope: 'repository:acme/app:pull' })
      demand(await server().send('GET', '/v2/acme/app/tags/list', { token }), 200)
      const blind = await server().registryToken('acme', 'blind', { app: ['content/read'] })
      const without = await server().token({ as: blind, scope: 'repository:acme/app:pull' })
      demand(await pull(without), 200)
      expect(await server().send('GET', '/v2/acme/app/tags/list', { token: without })).toMatchObject({
        status: 403,
      })
    })

    it('reading names only: listing, and no pulling', async () => {
      const lister = await server().registryToken('acme', 'lister', { app: ['metadata/read'] })
      const token = await server().token({ as: lister, scope: 'repository:acme/app:pull' })
      demand(await server().send('GET', '/v2/acme/app/tags/list', { token }), 200)
      expect(await pull(token)).toMatchObject({ status: 403 })
      const asked = await server().token({ as: lister, scope: 'repository:acme/app:metadata_read' })
      demand(await server().send('GET', '/v2/acme/app/tags/list', { token: asked }), 200)
      expect(await pull(asked)).toMatchObject({ status: 401 })
    })

    it('writing alone is not pushing: a push reads as well', async () => {
      const writer = await server().registryToken('acme', 'writer', { app: ['content/write'] })
      const token = await server().token({ as: writer, scope: 'repository:acme/app:pull,push' })
      expect(await server().send('POST', '/v2/acme/app/blobs/uploads/', { token })).toMatchObject({
        status: 403,
      })
    })

    it('a grant given after the token was made counts at once', async () => {
      const late = await server().oat('acme', { other: READ })
      const token = await server().token({ as: late, scope: 'repository:acme/app:pull' })
      expect(await pull(token)).toMatchObject({ status: 403 })
      await server().regrant('acme', late, { app: READ })
      expect(await pull(token)).toMatchObject({ status: 200 })
    })

    it('an access token dies when it says', async () => {
      const { json } = await get('scope=repository:acme/app:pull', { as: ci })
      server().pass(json.expires_in * 1_000 - 5_000)
      demand(await pull(json.token), 200)
      server().pass(MINUTE * 2)
      expect(await pull(json.token)).toMatchObject({ status: 401 })
    })
  })

  describe('refresh tokens', () => {
    const refreshFor = async (who: Login, site?: string): Promise<string> =>
      (await get('offline_token=true', { as: who, ...(site !== undefined && { site }) })).json.refresh_token
    const redeem = (token: string, sent: Sent = {}) =>
      post({ grant_type: 'refresh_token', refresh_token: token, scope: 'repository:acme/app:pull' }, sent)

    it('give access tokens', async () => {
      const answer = await redeem(await refreshFor(ci))
      expect(answer).toMatchObject({ status: 200, json: { scope: 'repository:acme/app:pull' } })
      demand(await pull(answer.json.access_token), 200)
    })

    it('stand as a Basic password under any name, as Azure’s do', async () => {
      const secret = await refreshFor(ci)
      for (const name of ['00000000-0000-0000-0000-000000000000', 'acme', '']) {
        const answer = await get('scope=repository:acme/app:pull', { as: { name, secret } })
        demand(await pull(demand(answer, 200).json.token), 200)
      }
    })

    it('are no bearer tokens, and access tokens are no passwords', async () => {
      const refresh = await refreshFor(ci)
      const access = await server().token({ as: ci, scope: 'repository:acme/app:pull' })
      expect(await pull(refresh)).toMatchObject({ status: 401 })
      for (const name of ['acme', '00000000-0000-0000-0000-000000000000'])
        expect(await get('', { as: { name, secret: access } })).toMatchObject({ status: 401 })
      expect(await redeem(access)).toMatchObject({ status: 401 })
      expect(await get('', { token: access })).toMatchObject({ status: 401 })
      expect(await get('', { token: refresh })).toMatchObject({ status: 401 })
    })

    it('are good at the address they were given at, and nowhere else', async () => {
      const token = await refreshFor(ci, 'acme.localhost')
      expect(await redeem(token)).toMatchObject({ status: 401 })
      demand(await redeem(token, { site: 'acme.localhost' }), 200)
    })

    it.each<readonly [string, (who: Issued) => Promise<unknown>]>([
      ['deactivated', (who) => server().revoke(who)],
      ['deleted', (who) => server().deleteCredential(who)],
      [
        'deactivated and activated again',
        async (who) => {
          await server().revoke(who)
          await server().activate(who)
        },
      ],
    ])('die with their credential, %s; its access tokens too', async (_what, end) => {
      const doomed = await server().oat('acme', { app: READ })
      const refresh = await refreshFor(doomed)
      const access = await server().token({ as: doomed, scope: 'repository:acme/app:pull' })
      demand(await pull(access), 200)
      demand(await redeem(refresh), 200)
      await end(doomed)
      expect(await redeem(refresh)).toMatchObject({ status: 401 })
      expect(await pull(access)).toMatchObject({ status: 401 })
    })

    it.each([
      ['docker', 403, 'DENIED'],
      ['containerd-client', 403, 'DENIED'],
      ['containers/image', 401, 'UNAUTHORIZED'],
      ['buildkit-client', 401, 'UNAUTHORIZED'],
    ])('that are over are no reason for %s to ask for a password', async (client, status, code) => {
      const doomed = await server().oat('acme', { app: READ })
      const form = { grant_type: 'refresh_token', refresh_token: await refreshFor(doomed), client_id: client }
      demand(await post(form), 200)
      await server().deleteCredential(doomed)
      const answer = await post(form)
      expect(answer).toMatchObject({ status, json: { errors: [{ code }], error: 'invalid_grant' } })
      expect(answer.json.errors[0].message).toContain('log in again with a token')
    })

    it('outlive a change of what the credential may do, and obey it', async () => {
      const narrowed = await server().oat('acme', { app: READ })
      const refresh = await refreshFor(narrowed)
      await server().regrant('acme', narrowed, { other: READ })
      const answer = await redeem(refresh)
      expect(answer).toMatchObject({ status: 200, json: { scope: '' } })
      expect(await pull(answer.json.access_token)).toMatchObject({ status: 403 })
    })

    it('do not outlive ninety days', async () => {
      const token = await refreshFor(ci)
      server().pass(89 * DAY)
      demand(await redeem(token), 200)
      server().pass(2 * DAY)
      expect(await redeem(token)).toMatchObject({ status: 401 })
    })
  })

  it('a 401 says how to prove who one is, as every 401 must (RFC 9110 §15.5.2)', async () => {
    const wrong = { name: 'acme', secret: 'wrong' }
    for (const answer of [
      await get('', { as: wrong }),
      await post({ grant_type: 'password', username: wrong.name, password: wrong.secret }),
      await post({ grant_type: 'refresh_token', refresh_token: 'wrong' }),
    ])
      expect([answer.status, parseChallenges(answer.headers['www-authenticate'] ?? '')]).toEqual([
        401,
        [{ scheme: 'basic', parameters: new Map([['realm', 'wharden']]) }],
      ])
  })

  describe('bad credentials are 401, with the reason only once the secret itself was right', () => {
    const messageOf = ({ json }: Answer): string => json.errors[0].message
    const ask = async (who: Login): Promise<Answer> => {
      const answers = [
        await get('', { as: who }),
        await post(login(who)),
        await server().send('GET', '/v2/', { as: who }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
      expect(new Set(answers.map(messageOf)).size).toBe(1)
      expect(answers[0]?.json).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }], error: 'invalid_grant' })
      return answers[0] ?? expect.fail()
    }

    it('another user name than the token’s', async () => {
      expect(messageOf(await ask({ ...ci, name: 'ann' }))).toContain('`acme`')
      expect(messageOf(await ask({ ...device, name: 'acme' }))).toContain('`device`')
      expect(messageOf(await ask({ ...ann, name: '' }))).toContain('`ann`')
    })

    it('a right name with a secret nobody was given says nothing of the account', async () => {
      const { secret } = await server().oat('acme', {})
      const stranger = await server().pat(await server().user('gone'), 'repo:read')
      await server().deleteCredential(stranger)
      const unknown = messageOf(await ask({ name: 'ann', secret: stranger.secret }))
      expect(unknown).toBe(messageOf(await ask({ name: 'nobody', secret: stranger.secret })))
      expect(messageOf(await ask({ name: 'ann', secret: `${secret.slice(0, -1)}_` }))).toContain('damaged')
    })

    it('a person’s password: what to use instead', async () => {
      const message = messageOf(await ask({ name: 'ann', secret: 'correct horse battery staple' }))
      expect(message).toContain('docker login')
      expect(message).toContain('never the password')
    })

    it.each([
      '',
      ' ',
      'whd_',
      'whd_oat_',
      'whd_xyz_000000000000000000000000000000000000',
      'a:b:c',
      'ü',
      '\u0000',
    ])('the secret `%s`', async (secret) => {
      if (secret === '') {
        expect(await get('', { as: { name: 'acme', secret } })).toMatchObject({ status: 401 })
        expect(await post(login({ name: 'acme', secret }))).toMatchObject({ status: 401 })
      } else await ask({ name: 'acme', secret })
    })

    it('expired, deactivated, and passwords whose own time is over', async () => {
      const expired = await server().oat('acme', {}, { expiresAt: server().now() + MINUTE })
      const old = await server().registryToken(
        'acme',
        'old',
        {},
        { secretExpiresAt: server().now() + MINUTE },
      )
      const inactive = await server().oat('acme', {})
      await server().token({ as: expired })
      await server().token({ as: old })
      server().pass(2 * MINUTE)
      await server().revoke(inactive)
      expect(messageOf(await ask(expired))).toMatch(/expired on \d{4}-\d\d-\d\d/)
      expect(messageOf(await ask(old))).toMatch(/password of the token `old` expired on/)
      expect(messageOf(await ask(inactive))).toContain('deactivated')
      // … and to whom doesn't know the secret, nothing of the sort.
      expect(messageOf(await ask({ ...inactive, secret: 'x' }))).not.toContain('deactivated')
    })

    it('a token that is no password', async () => {
      for (const authorization of [
        'Basic',
        'Basic ',
        'Basic !!!',
        'Basic Zm9v',
        'Digest x',
        'Bearer',
        'bearer ',
        'x',
      ])
        expect(await get('', { headers: { authorization } })).toMatchObject({ status: 401 })
    })

    it('an expired credential’s access token is refused with the reason', async () => {
      const brief = await server().oat('acme', { app: READ }, { expiresAt: server().now() + MINUTE })
      const token = await server().token({ as: brief, scope: 'repository:acme/app:pull' })
      demand(await pull(token), 200)
      server().pass(2 * MINUTE)
      const answer = await pull(token)
      expect([401, 403]).toContain(answer.status)
      expect(messageOf(answer)).toContain('expired')
    })
  })

  describe('forms that are not quite right', () => {
    it.each<readonly [string, Record<string, string>, number]>([
      ['no grant type', { username: 'acme', password: 'x' }, 400],
      ['an unknown one', { grant_type: 'authorization_code' }, 400],
      ['no refresh token', { grant_type: 'refresh_token' }, 401],
      ['a refresh token that is none', { grant_type: 'refresh_token', refresh_token: 'a.b.c' }, 401],
      ['no password', { grant_type: 'password', username: 'acme' }, 401],
    ])('%s', async (_what, form, status) => {
      const answer = await post(form)
      expect(answer).toMatchObject({ status, json: { errors: [{}], error: expect.any(String) } })
    })

    it.each(['application/json', 'text/plain', '', 'multipart/form-data; boundary=x'])(
      'a form called `%s` is read as what it is',
      async (type) => {
        const body = new URLSearchParams(login(ci)).toString()
        expect(
          await server().send('POST', '/token', { body, headers: { 'content-type': type } }),
        ).toMatchObject({
          status: 200,
        })
      },
    )

    it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is 405', async (method) => {
      const answer = await server().send(method, '/token', { as: ci })
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } })
    })
  })

  describe('for a registry that verifies by itself', () => {
    const SERVICE = 'guarded.example.com'
    beforeAll(async () => {
      await server().guard('any.example.com')
      await server().guard(SERVICE, 'acme')
    })
    const accessOf = async (who: Login | undefined, service: string, scope: readonly string[]) => {
      const token = await server().token({ ...(who !== undefined && { as: who }), service, scope })
      const { access, aud, exp, iat, whd } = claimsOf(token)
      expect([aud, exp - iat, whd.asked]).toEqual([service, 240, []])
      return access
    }
    const app = (name: string, ...actions: string[]) => ({ type: 'repository', name, actions })

    it('the token says what is granted now, by exact name, and lives four minutes', async () => {
      const scope = ['repository:app:pull,push,delete repository:other:pull', 'registry:catalog:*']
      expect(await accessOf(device, SERVICE, scope)).toEqual([app('app', 'pull')])
      expect(await accessOf(ci, SERVICE, scope)).toEqual([
        app('app', 'pull', 'push', 'delete'),
        app('other', 'pull'),
      ])
      expect(await accessOf(undefined, SERVICE, [...scope, 'repository:open:pull,push'])).toEqual([
        app('open', 'pull'),
      ])
      expect(await accessOf(device, SERVICE, ['repository:acme/app:pull'])).toEqual([])
    })

    it('everything, as skopeo asks for before it deletes, is what of it is granted', async () => {
      expect(await accessOf(device, SERVICE, ['repository:app:*'])).toEqual([app('app', 'pull')])
      expect(await accessOf(ci, SERVICE, ['repository:app:*'])).toEqual([
        app('app', 'pull', 'push', 'delete', '*'),
      ])
    })

    it('without an organization of its own, names begin with theirs', async () => {
      const scope = ['repository:acme/app:pull', 'repository:nowhere/app:pull', 'repository:app:pull']
      expect(await accessOf(device, 'any.example.com', scope)).toEqual([app('acme/app', 'pull')])
    })

    it('what a credential may not do it isn’t told, and asking is no error', async () => {
      const writer = await server().registryToken('acme', 'half', { app: ['content/write'] })
      expect(await accessOf(writer, SERVICE, ['repository:app:pull,push'])).toEqual([])
    })

    it('OAuth2’s answer says the same', async () => {
      const answer = await post({ ...login(device), service: SERVICE, scope: 'repository:app:pull,push' })
      expect(answer.json).toMatchObject({ scope: 'repository:app:pull', expires_in: 240 })
    })
  })

  describe('as clients do it (clients.md §2.4)', () => {
    it('docker: ping, token by GET with account and service, HEAD by tag, GET by digest', async () => {
      const ping = await server().send('GET', '/v2/')
      expect(ping).toMatchObject({
        status: 401,
        headers: { 'docker-distribution-api-version': 'registry/2.0' },
      })
      const [challenge] = parseChallenges(ping.headers['www-authenticate'] ?? '')
      const service = challenge?.parameters.get('service') ?? ''
      const scope = 'repository:acme/app:pull'
      const query = new URLSearchParams({ account: ci.name, scope, service }).toString()
      const { token } = demand(await get(query, { as: ci }), 200).json
      const head = demand(await server().send('HEAD', '/v2/acme/app/manifests/v1', { token }), 200)
      const digest = String(head.headers['docker-content-digest'])
      demand(await server().send('GET', `/v2/acme/app/manifests/${digest}`, { token }), 200)
    })

    it('docker push: HEAD 404, POST, PATCH, PUT, HEAD 200, manifest', async () => {
      const token = await server().token({ as: ci, scope: 'repository:acme/pushed:push,pull' })
      const { layer } = await pushImage(server(), 'acme/pushed', { token, tag: 'v1' })
      demand(await server().send('HEAD', `/v2/acme/pushed/blobs/${layer.digest}`, { token }), 200)
    })

    it('containerd: HEAD without a token, POST for one, HEAD again', async () => {
      const path = '/v2/acme/app/manifests/v1'
      const first = await server().send('HEAD', path)
      expect(first).toMatchObject({ status: 401, body: { length: 0 } })
      const [challenge] = parseChallenges(first.headers['www-authenticate'] ?? '')
      const { scope = '', service = '' } = Object.fromEntries(challenge?.parameters ?? [])
      const form = { ...login(ci), client_id: 'containerd-client', scope, service }
      const { access_token } = demand(await post(form), 200).json
      demand(await server().send('HEAD', path, { token: access_token }), 200)
    })

    it('podman: two scope parameters for a push with a mount', async () => {
      const scope = ['repository:acme/mounted:pull,push', 'repository:acme/app:pull']
      const token = await server().token({ as: ci, scope })
      await pushImage(server(), 'acme/mounted', { token })
      demand(await pull(token), 200)
    })

    it('login: /v2/ with a token that was asked for nothing', async () => {
      for (const who of [ci, ann, device])
        demand(await server().send('GET', '/v2/', { token: await server().token({ as: who }) }), 200)
      demand(await server().send('GET', '/v2/', { as: ci }), 200)
      demand(await server().send('GET', '/v2/', { token: await server().token() }), 200)
    })
  })

  describe('what is used is noted, and secrets are not', () => {
    it('last use of a credential', async () => {
      const used = await server().oat('acme', { app: WRITE })
      await server().token({ as: used })
      await server().house.recorder.flush()
      const record = await server().house.store.read.credentials.byId(used.record.id)
      expect(record).toMatchObject({ lastUsedFrom: '127.0.0.1' })
    })

    it('no secret, and no token, is in any log', async () => {
      const token = await server().token({ as: ci, offline: true })
      const logged = server().logged()
      for (const secret of [
        ci.secret,
        ann.secret,
        device.secret,
        token,
        token.split('.')[2] ?? '',
        'correct horse',
      ])
        expect(logged.includes(secret)).toBe(false)
    })
  })
})
