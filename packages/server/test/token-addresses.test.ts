/** A token that is bound to addresses, behind a proxy that is trusted: what counts is who asked the proxy. */
import { beforeAll, describe, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { READ } from './fixtures.ts'

describeServer(
  'a token bound to addresses',
  (server) => {
    beforeAll(async () => {
      await server().organization('acme')
      await server().repository('acme', 'app')
    })

    const bound = (...allowedAddresses: readonly string[]) =>
      server().oat('acme', { app: READ }, { allowedAddresses })

    async function asked(allowed: readonly string[], forwarded: string) {
      const as = await bound(...allowed)
      const headers = { 'x-forwarded-for': forwarded }
      return server().send('GET', '/v2/acme/app/tags/list', { as, headers })
    }

    it.each([
      { allowed: ['192.0.2.7'], from: '192.0.2.7', may: true },
      { allowed: ['192.0.2.7'], from: '192.0.2.8', may: false },
      { allowed: ['192.0.2.0/24'], from: '192.0.2.255', may: true },
      { allowed: ['192.0.2.0/24'], from: '192.0.3.0', may: false },
      { allowed: ['192.0.2.0/24', '2001:db8::/32'], from: '2001:db8:ffff::1', may: true },
      { allowed: ['192.0.2.0/24', '2001:db8::/32'], from: '2001:db9::1', may: false },
      { allowed: ['2001:db8::1'], from: '2001:0db8:0:0::0001', may: true },
      { allowed: ['2001:db8::1'], from: '2001:db8::2', may: false },
      { allowed: ['192.0.2.0/24'], from: '::ffff:192.0.2.1', may: true },
      { allowed: ['::/0'], from: '192.0.2.1', may: false },
      { allowed: ['0.0.0.0/0'], from: '2001:db8::1', may: false },
      { allowed: [], from: '203.0.113.1', may: true },
    ])('$allowed, from $from: $may', async ({ allowed, from, may }) => {
      const { status, text } = await asked(allowed, from)
      expect(status).toBe(may ? 200 : 403)
      if (may) return
      const [{ code, message }] = JSON.parse(text).errors
      expect(code).toBe('DENIED')
      expect(message).toMatch(
        /^access denied: organization access token `ci` may not be used from \S+; use it from an address that it allows/,
      )
    })

    it('is not let in by an address that a client says it has: the last that isn’t a trusted proxy’s counts', async () => {
      const allowed = ['192.0.2.7']
      expect((await asked(allowed, '192.0.2.7, 198.51.100.9')).status).toBe(403)
      expect((await asked(allowed, '198.51.100.9, 192.0.2.7')).status).toBe(200)
      expect((await asked(allowed, '192.0.2.7, 10.1.2.3')).status).toBe(200)
    })

    it('is held to them in the administration, by any change of them at the next request', async () => {
      const as = await bound('192.0.2.7')
      const headers = { 'x-forwarded-for': '198.51.100.9' }
      const whoami = () => server().send('GET', '/api/v1/sessions/current', { token: as.secret, headers })
      const refused = await whoami()
      expect([refused.status, refused.json.message]).toEqual([
        403,
        'this token may not be used from `198.51.100.9`: it is bound to other addresses',
      ])
      const { store } = server().house
      await store.change(store.installation, { type: 'system', id: 'test', name: 'test' }, (tx) =>
        tx.credentials.update(as.record.id, { allowedAddresses: ['198.51.100.0/24'] }),
      )
      expect((await whoami()).status).toBe(200)
    })
  },
  { settings: { WHARDEN_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8' } },
)

describe('without a trusted proxy', () => {
  describeServer('a token bound to addresses', (server) => {
    it('goes by the connection: what a client says of itself counts for nothing', async () => {
      await server().organization('acme')
      const as = await server().oat('acme', { '*': READ }, { allowedAddresses: ['192.0.2.7'] })
      const headers = { 'x-forwarded-for': '192.0.2.7' }
      const { status, reason } = await server().send('GET', '/v2/acme/app/tags/list', { as, headers })
      expect([status, reason]).toEqual([403, expect.stringContaining('127.0.0.1')])
    })
  })
})
