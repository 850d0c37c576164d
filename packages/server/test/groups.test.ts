/** What a group gives its members at the registry: by a repository's name, by a prefix, through personal tokens; at once. */
import { beforeAll, expect, it } from 'vitest'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, READ, WRITE, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'
import type { UserRecord } from '../src/stores/metadata/port/accounts.ts'

describeOnEachDatabase('groups', (server) => {
  let ci: Issued
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    for (const name of ['app', 'samples/nginx', 'samples/deep/er', 'tools'])
      await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
  })

  const member = (name: string): Promise<UserRecord> => server().user(name, { acme: 'member' })
  const pull = async (name: string, as: Issued) =>
    (await server().send('GET', `/v2/acme/${name}/manifests/v1`, { as })).status
  const push = async (name: string, as: Issued) =>
    (await server().send('POST', `/v2/acme/${name}/blobs/uploads/`, { as })).status
  const remove = async (name: string, as: Issued) =>
    (await server().send('DELETE', `/v2/acme/${name}/manifests/v1`, { as })).status

  it('read pulls and does not push; raised to write, it pushes at the next request; admin deletes', async () => {
    const ann = await member('ann')
    const pat = await server().pat(ann, 'repo:admin')
    expect([await pull('app', pat), await push('app', pat)]).toEqual([403, 403])
    const group = await server().group('acme', 'web', [ann], { app: 'read' })
    expect([await pull('app', pat), await push('app', pat)]).toEqual([200, 403])
    await server().permit('acme', group, 'app', 'write')
    expect([await pull('app', pat), await push('app', pat), await remove('app', pat)]).toEqual([
      200, 202, 403,
    ])
    await server().permit('acme', group, 'app', 'admin')
    expect([await pull('tools', pat), await remove('app', pat)]).toEqual([403, 202])
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
  })

  it('who is taken out is refused, and told why in one line', async () => {
    const bob = await member('bob')
    const pat = await server().pat(bob, 'repo:admin')
    const group = await server().group('acme', 'leaving', [bob], { app: 'write' })
    demand(await server().send('GET', '/v2/acme/app/manifests/v1', { as: pat }), 200)
    await server().leaveGroup('acme', group, bob)
    const refused = await server().send('GET', '/v2/acme/app/manifests/v1', { as: pat })
    expect(refused.status).toBe(403)
    expect(refused.json.errors[0].message).toMatch(/personal access token `bob's` .*acme\/app/)
  })

  it('a prefix covers what lies below it, what comes later too, and nothing beside it', async () => {
    const eve = await member('eve')
    const pat = await server().pat(eve, 'repo:write')
    await server().group('acme', 'below', [eve], { 'samples/*': 'write' })
    expect([await pull('samples/nginx', pat), await pull('samples/deep/er', pat)]).toEqual([200, 200])
    expect([await pull('app', pat), await pull('samples', pat)]).toEqual([403, 403])
    await pushImage(server(), 'acme/samples/later', { as: pat, tag: 'v1' })
    expect(await pull('samples/later', pat)).toBe(200)
  })

  it('a personal token does what both its user’s groups and itself may', async () => {
    const fay = await member('fay')
    await server().group('acme', 'named', [fay], { app: 'write' })
    await server().group('acme', 'prefixed', [fay], { 'samples/*': 'write' })
    const reading = await server().pat(fay, 'repo:read')
    expect([await pull('app', reading), await push('app', reading)]).toEqual([200, 403])
    // A limit that names a repository in a prefix of the group, and a prefix that has a repository of the group in it.
    const limited = await server().pat(fay, undefined, { acme: { 'samples/nginx': READ, '*': READ } })
    expect([await pull('samples/nginx', limited), await pull('app', limited)]).toEqual([200, 200])
    expect([await push('samples/nginx', limited), await pull('tools', limited)]).toEqual([403, 403])
    const one = await server().pat(fay, undefined, { acme: { 'samples/nginx': WRITE } })
    expect([
      await push('samples/nginx', one),
      await pull('samples/deep/er', one),
      await pull('app', one),
    ]).toEqual([202, 403, 403])
  })

  it('a repository that is deleted and made again is no group’s, until it is given again', async () => {
    const gil = await member('gil')
    const pat = await server().pat(gil, 'repo:admin')
    await pushImage(server(), 'acme/again', { as: ci, tag: 'v1' })
    const group = await server().group('acme', 'revivers', [gil], { again: 'read' })
    expect(await pull('again', pat)).toBe(200)
    await server().deleteRepository('acme', 'again')
    await pushImage(server(), 'acme/again', { as: ci, tag: 'v1' })
    expect(await pull('again', pat)).toBe(403)
    await server().permit('acme', group, 'again', 'read')
    expect(await pull('again', pat)).toBe(200)
  })

  it('a repository that was given before the first push is the group’s from then on', async () => {
    const hal = await member('hal')
    const pat = await server().pat(hal, 'repo:write')
    await server().group('acme', 'early', [hal], { 'not-yet': 'write' })
    await pushImage(server(), 'acme/not-yet', { as: pat, tag: 'v1' })
    expect(await pull('not-yet', pat)).toBe(200)
  })

  it('gives nothing in another organization', async () => {
    await server().organization('other')
    const theirs = await server().oat('other', { '*': ALL })
    await pushImage(server(), 'other/app', { as: theirs, tag: 'v1' })
    const ida = await member('ida')
    await server().group('acme', 'everything', [ida], { '*': 'admin' })
    const pat = await server().pat(ida, 'repo:admin')
    expect(await pull('app', pat)).toBe(200)
    expect((await server().send('GET', '/v2/other/app/manifests/v1', { as: pat })).status).toBe(403)
  })
})
