/** What is taken away is gone at the very next request, on connections that stay open too; names never revive rights. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, READ, WRITE, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage } from './images.ts'
import { openConversation } from './raw.ts'
import type { Server } from './server.ts'

describeOnEachDatabase('revocation', (server) => {
  let ci: Issued
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
  })
  const PULL = '/v2/acme/app/manifests/v1'

  it('bites at the next request of a connection that stays open', async () => {
    const who = await server().oat('acme', { app: READ })
    const token = await server().token({ as: who, scope: 'repository:acme/app:pull' })
    const connection = await openConversation(server().port)
    const get = () => connection.request(`GET ${PULL} HTTP/1.1`, { Authorization: `Bearer ${token}` })
    expect(await get()).toBe(200)
    expect(await get()).toBe(200)
    await server().revoke(who)
    expect(await get()).toBe(401)
    connection.close()
  })

  /** How things are taken away, and what the next request then gets by Basic and by a token from before. */
  const ways: readonly (readonly [
    what: string,
    make: (server: Server) => Promise<readonly [Issued, () => Promise<unknown>]>,
    basic: number,
    bearer: number,
  ])[] = [
    [
      'an organization token is deactivated',
      async (on) => {
        const who = await on.oat('acme', { app: READ })
        return [who, () => on.revoke(who)]
      },
      401,
      401,
    ],
    [
      'an organization token is deleted',
      async (on) => {
        const who = await on.oat('acme', { app: READ })
        return [who, () => on.deleteCredential(who)]
      },
      401,
      401,
    ],
    [
      'a rule is taken from it',
      async (on) => {
        const who = await on.oat('acme', { app: READ })
        return [who, () => on.regrant('acme', who, {})]
      },
      403,
      403,
    ],
    [
      'a rule is taken from a scope map',
      async (on) => {
        const who = await on.registryToken('acme', 'mapped', { app: READ })
        return [who, () => on.regrant('acme', who, {})]
      },
      403,
      403,
    ],
    [
      'a person leaves the organization',
      async (on) => {
        const leaver = await on.user('leaver', { acme: 'editor' })
        return [await on.pat(leaver, 'repo:admin'), () => on.role('acme', leaver, undefined)]
      },
      403,
      403,
    ],
    [
      'a person gets a smaller role',
      async (on) => {
        const fallen = await on.user('fallen', { acme: 'editor' })
        return [await on.pat(fallen, 'repo:admin'), () => on.role('acme', fallen, 'auditor')]
      },
      403,
      403,
    ],
    [
      'a person is taken out of a group',
      async (on) => {
        const out = await on.user('out', { acme: 'member' })
        const group = await on.group('acme', 'outs', [out], { app: 'read' })
        return [await on.pat(out, 'repo:admin'), () => on.leaveGroup('acme', group, out)]
      },
      403,
      403,
    ],
    [
      'a permission is taken from a group',
      async (on) => {
        const one = await on.user('grouped', { acme: 'member' })
        const group = await on.group('acme', 'losers', [one], { '*': 'write' })
        return [await on.pat(one, 'repo:admin'), () => on.permit('acme', group, '*', undefined)]
      },
      403,
      403,
    ],
    [
      'a group is deleted',
      async (on) => {
        const one = await on.user('abandoned', { acme: 'member' })
        const group = await on.group('acme', 'ended', [one], { app: 'admin' })
        return [await on.pat(one, 'repo:admin'), () => on.deleteGroup('acme', group)]
      },
      403,
      403,
    ],
    [
      'a person is deactivated',
      async (on) => {
        const gone = await on.user('gone', { acme: 'editor' })
        return [await on.pat(gone, 'repo:admin'), () => on.deactivateUser(gone)]
      },
      401,
      403,
    ],
  ]

  it.each(ways)('%s', async (_what, make, basic, bearer) => {
    const [who, take] = await make(server())
    const token = await server().token({ as: who, scope: 'repository:acme/app:pull' })
    demand(await server().send('GET', PULL, { as: who }), 200)
    demand(await server().send('GET', PULL, { token }), 200)
    await take()
    expect((await server().send('GET', PULL, { as: who })).status).toBe(basic)
    expect((await server().send('GET', PULL, { token })).status).toBe(bearer)
  })

  it('a public repository that becomes private is closed to strangers at once', async () => {
    await pushImage(server(), 'acme/open', { as: ci, tag: 'v1' })
    await server().show('acme', 'open', 'public')
    demand(await server().send('GET', '/v2/acme/open/manifests/v1'), 200)
    await server().show('acme', 'open', 'private')
    expect(await server().send('GET', '/v2/acme/open/manifests/v1')).toMatchObject({ status: 401 })
  })

  it('in the middle of an upload', async () => {
    const who = await server().oat('acme', { app: WRITE })
    const location = String(
      demand(await server().send('POST', '/v2/acme/app/blobs/uploads/', { as: who }), 202).headers.location,
    )
    demand(await server().send('PATCH', location, { as: who, body: newBlob().bytes }), 202)
    await server().regrant('acme', who, { app: READ })
    expect(await server().send('PATCH', location, { as: who, body: newBlob().bytes })).toMatchObject({
      status: 403,
    })
    await server().revoke(who)
    expect(await server().send('PATCH', location, { as: who, body: newBlob().bytes })).toMatchObject({
      status: 401,
    })
  })

  describe('a name that comes again revives nothing (peers.md row 4)', () => {
    it('a repository', async () => {
      const { layer, manifest } = await pushImage(server(), 'acme/again', { as: ci, tag: 'v1' })
      const owner = await server().user('again', { acme: 'owner' })
      const holders: readonly Issued[] = [
        await server().oat('acme', { again: ALL }),
        await server().registryToken('acme', 'again', { again: ALL }),
        await server().pat(owner, undefined, { acme: { again: ALL } }),
      ]
      const scope = 'repository:acme/again:*'
      const ways: Sent[] = []
      for (const as of holders) ways.push({ as }, { token: await server().token({ as, scope }) })
      const opened = await server().send('POST', '/v2/acme/again/blobs/uploads/', { as: ci })
      for (const sent of ways) demand(await server().send('GET', '/v2/acme/again/manifests/v1', sent), 200)

      await server().deleteRepository('acme', 'again')
      for (const sent of ways)
        expect((await server().send('GET', '/v2/acme/again/manifests/v1', sent)).status).toBe(403)

      await pushImage(server(), 'acme/again', { as: ci, tag: 'v1' })
      for (const sent of ways)
        for (const path of ['manifests/v1', 'tags/list', `blobs/${layer.digest}`])
          expect((await server().send('GET', `/v2/acme/again/${path}`, sent)).status).toBe(403)
      // Nor does what was in it come back, even for those who may read the new one.
      for (const path of [`manifests/${manifest.digest}`, `blobs/${layer.digest}`])
        expect((await server().send('GET', `/v2/acme/again/${path}`, { as: ci })).status).toBe(404)
      expect((await server().send('GET', String(opened.headers.location), { as: ci })).status).toBe(404)
    })

    it('a mount doesn’t reach into what was deleted', async () => {
      const { layer } = await pushImage(server(), 'acme/mine', { as: ci })
      await server().deleteRepository('acme', 'mine')
      for (const from of ['&from=acme/mine', ''])
        expect(
          await server().send('POST', `/v2/acme/app/blobs/uploads/?mount=${layer.digest}${from}`, { as: ci }),
        ).toMatchObject({ status: 202 })
    })

    it('an organization', async () => {
      await server().organization('phoenix')
      const user = await server().user('bird', { phoenix: 'owner' })
      const holders: readonly Issued[] = [
        await server().oat('phoenix', { '*': ALL }),
        await server().registryToken('phoenix', 'ash', { '*': ALL }),
        await server().pat(user, 'repo:admin'),
      ]
      const scope = 'repository:phoenix/app:*'
      const ways: Sent[] = []
      for (const as of holders) ways.push({ as }, { token: await server().token({ as, scope }) })
      await pushImage(server(), 'phoenix/app', {
        as: ci.name === 'phoenix' ? ci : (holders[0] ?? ci),
        tag: 'v1',
      })
      for (const sent of ways) demand(await server().send('GET', '/v2/phoenix/app/manifests/v1', sent), 200)

      await server().deleteOrganization('phoenix')
      await server().organization('phoenix')
      const fresh = await server().oat('phoenix', { '*': ALL })
      await pushImage(server(), 'phoenix/app', { as: fresh, tag: 'v1' })
      for (const sent of ways)
        expect([401, 403]).toContain(
          (await server().send('GET', '/v2/phoenix/app/manifests/v1', sent)).status,
        )
    })
  })
})
