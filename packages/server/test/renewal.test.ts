/** What `docker login` and other clients made with a secret, when that secret is replaced: it holds as long as the secret does. */
import { beforeAll, describe, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { READ, type Issued } from './fixtures.ts'

const MINUTE = 60_000
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const SCOPE = 'repository:acme/app:pull'

describeServer('a replaced secret', (server) => {
  beforeAll(() => server().organization('acme'))

  const api = (path: string, token: string) =>
    server().send('POST', `/api/v1${path}`, {
      token,
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })

  async function refreshTokenFor(who: Issued): Promise<string> {
    const answer = await server().send('GET', '/token?offline_token=true', { as: who })
    return answer.json.refresh_token
  }

  async function redeem(token: string) {
    const fields = { grant_type: 'refresh_token', refresh_token: token, scope: SCOPE, access_type: 'offline' }
    return server().send('POST', '/token', { body: new URLSearchParams(fields).toString(), headers: FORM })
  }

  /** 403: it is known, and this it may not; 401: it is known no more. */
  const listTags = async (sent: object) =>
    (await server().send('GET', '/v2/acme/app/tags/list', { ...sent })).status

  const renewable = () => server().oat('acme', { public: READ }, { renewable: true })

  async function renewed(who: Issued): Promise<Issued> {
    const answer = await api('/tokens/current/renewals', who.secret)
    if (answer.status !== 201) throw new Error(answer.text)
    return { ...who, secret: answer.json.secrets[0].value }
  }

  describe('after a renewal', () => {
    it('logs in until the overlap ends, then the new one alone does', async () => {
      const old = await renewable()
      const fresh = await renewed(old)
      const statuses = async () => [await listTags({ as: old }), await listTags({ as: fresh })]
      expect(await statuses()).toEqual([403, 403])
      server().pass(10 * MINUTE)
      expect(await statuses()).toEqual([401, 403])
    })

    it('its logins go on until then, and so does whatever they are renewed to', async () => {
      const old = await renewable()
      const login = await refreshTokenFor(old)
      const access = await server().token({ as: old, scope: SCOPE })
      await renewed(old)
      const again = await redeem(login)
      const late = await refreshTokenFor(old)
      expect([again.status, await listTags({ token: access })]).toEqual([200, 403])
      expect(await listTags({ token: again.json.access_token })).toBe(403)
      server().pass(10 * MINUTE)
      const ended = [login, late, again.json.refresh_token ?? login]
      for (const one of ended) expect((await redeem(one)).status).toBe(401)
      for (const one of [access, again.json.access_token]) expect(await listTags({ token: one })).toBe(401)
    })

    it('the new one’s logins stay', async () => {
      const fresh = await renewed(await renewable())
      const login = await refreshTokenFor(fresh)
      server().pass(10 * MINUTE)
      expect((await redeem(login)).status).toBe(200)
    })

    it('a second one ends what the first overlapped', async () => {
      const first = await renewable()
      const login = await refreshTokenFor(first)
      const second = await renewed(first)
      server().pass(10 * MINUTE)
      await renewed(second)
      expect((await redeem(login)).status).toBe(401)
      expect(await listTags({ as: second })).toBe(403)
    })

    it('deactivated in the overlap, nothing of before comes back with it', async () => {
      const old = await renewable()
      const login = await refreshTokenFor(old)
      await renewed(old)
      await server().revoke(old)
      await server().activate(old)
      expect((await redeem(login)).status).toBe(401)
    })
  })
})
