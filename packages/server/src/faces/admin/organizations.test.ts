import { createHash } from 'node:crypto'
import { parseDigest, parseRepositoryName, parseTag } from '@wharden/oci'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let member: string
let stranger: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  member = await bed.person('member', root, { organization: 'acme', role: 'member' })
  stranger = await bed.person('stranger', root, { organization: 'other', role: 'owner' })
})
afterAll(() => bed.close())

describe('an organization', () => {
  test('has a name that no other has, nor a user, nor we ourselves', async () => {
    const create = async (name: string) =>
      (await bed.call('POST', '/organizations', { as: root, body: { name } })).status
    expect([
      await create('acme'),
      await create('member'),
      await create('api'),
      await create('fresh'),
    ]).toEqual([409, 409, 400, 201])
    const taken = await bed.call('POST', '/users', { as: root, body: { name: 'acme' } })
    expect([taken.status, taken.body.message]).toEqual([
      409,
      'the name `acme` is taken by a user or an organization; choose another',
    ])
  })

  test('shows its members those they belong to, and an administrator all', async () => {
    const names = async (as: string) =>
      (await bed.must('GET', '/organizations', { as })).items.map(({ name }: { name: string }) => name)
    expect([await names(member), await names(root)]).toEqual([['acme'], ['acme', 'fresh', 'other']])
    const first = await bed.must('GET', '/organizations?limit=2', { as: root })
    expect(first.next).toBe('fresh')
    expect((await bed.must('GET', `/organizations?after=${first.next}`, { as: root })).items).toMatchObject([
      { name: 'other' },
    ])
  })

  test('changes its settings itself, but not its plan', async () => {
    const owner = await bed.person('owner', root, { organization: 'acme', role: 'owner' })
    const change = (body: object, as: string) => bed.call('PATCH', '/organizations/acme', { as, body })
    expect((await change({ displayName: 'Acme' }, owner)).status).toBe(200)
    expect((await change({ plan: 'free' }, owner)).status).toBe(403)
    const { body: operator } = await bed.call('POST', '/users', {
      as: root,
      body: { name: 'operator', password: bed.password, installationAdministrator: true },
    })
    const as = (
      await bed.must('POST', '/sessions', { body: { user: operator.user.name, password: bed.password } })
    ).secret
    expect((await change({ plan: 'team' }, as)).body).toMatchObject({ plan: 'team', displayName: 'Acme' })
    expect((await change({ plan: 'unlimited', displayName: 'Mine' }, as)).status).toBe(403)
  })

  test('begins its own audit log with its creation', async () => {
    const { items } = await bed.must('GET', '/audit?organization=acme', { as: root })
    expect(items.at(-1)).toMatchObject({
      sequence: 1,
      event: 'organization_created',
      subject: 'organization/acme',
    })
  })
})

describe('repositories', () => {
  const list = async (query: string, as = root) => {
    const page = await bed.must('GET', `/organizations/acme/repositories?${query}`, { as })
    return { names: page.items.map(({ name }: { name: string }) => name), next: page.next }
  }

  test('are listed by name, by what they begin with, page by page', async () => {
    for (const name of ['samples/b', 'samples/a', 'sample', 'samples-old/c', 'zoo', 'samples']) {
      await bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name } })
    }
    expect((await list('')).names).toEqual([
      'sample',
      'samples',
      'samples-old/c',
      'samples/a',
      'samples/b',
      'zoo',
    ])
    expect(await list('prefix=samples/')).toEqual({ names: ['samples/a', 'samples/b'], next: null })
    expect(await list('prefix=samples&limit=2')).toEqual({
      names: ['samples', 'samples-old/c'],
      next: 'samples-old/c',
    })
    expect(await list('prefix=samples&limit=2&after=samples-old/c')).toEqual({
      names: ['samples/a', 'samples/b'],
      next: null,
    })
    expect(await list('prefix=nothing')).toEqual({ names: [], next: null })
  })

  test('are shown to whoever may read them: private ones to those who were given them, public ones to all members', async () => {
    await bed.must('PATCH', '/organizations/acme/repositories/zoo', {
      as: root,
      body: { visibility: 'public' },
    })
    expect((await list('', member)).names).toEqual(['zoo'])
    const show = async (name: string, as: string) =>
      (await bed.call('GET', `/organizations/acme/repositories/${name}`, { as })).status
    expect([await show('zoo', member), await show('sample', member)]).toEqual([200, 404])
    expect([
      await show('zoo', stranger),
      await show('sample', stranger),
      await show('missing', stranger),
    ]).toEqual([200, 404, 404])
  })

  test('are made, described, shown and hidden, and deleted; never renamed', async () => {
    const path = '/organizations/acme/repositories/changing'
    const make = { as: root, body: { name: 'changing', description: 'one', visibility: 'public' } }
    const made = await bed.must('POST', '/organizations/acme/repositories', make)
    expect(made).toMatchObject({
      description: 'one',
      visibility: 'public',
      reference: 'localhost:5000/acme/changing',
    })
    const change = (body: object, as = root) => bed.call('PATCH', path, { as, body })
    expect((await change({ description: '' })).body).toMatchObject({ description: '', visibility: 'public' })
    expect((await change({ visibility: 'private' })).body).toMatchObject({ visibility: 'private' })
    expect((await change({ visibility: 'secret' })).body).toMatchObject({ data: { field: 'visibility' } })
    expect((await bed.call('GET', path, { as: member })).status).toBe(404)
    const renamed = await change({ name: 'changed', description: 'two' })
    expect([renamed.status, renamed.body.data, renamed.body.message]).toEqual([
      400,
      { field: 'name' },
      expect.stringContaining('a repository keeps its name, by which clients pull it'),
    ])
    expect((await bed.must('GET', path, { as: root })).description).toBe('')
    expect((await bed.call('DELETE', path, { as: root })).status).toBe(204)
    expect((await bed.call('GET', path, { as: root })).status).toBe(404)
    const { items } = await bed.must('GET', '/audit?organization=acme&subject=repository/acme/changing', {
      as: root,
    })
    expect(items.map(({ event, before, after }: Record<string, unknown>) => [event, before, after])).toEqual([
      ['repository_deleted', { description: '', visibility: 'private' }, null],
      [
        'repository_updated',
        { description: '', visibility: 'public' },
        { description: '', visibility: 'private' },
      ],
      [
        'repository_updated',
        { description: 'one', visibility: 'public' },
        { description: '', visibility: 'public' },
      ],
      ['repository_created', null, { description: 'one', visibility: 'public' }],
    ])
  })

  test('that a token only names are not there yet', async () => {
    const repositories = [{ repository: 'reserved/app', permissions: ['scope-image-push'] }]
    await bed.must('POST', '/tokens', {
      as: root,
      body: { kind: 'oat', organization: 'acme', label: 'ci', repositories },
    })
    expect(
      (await bed.call('GET', '/organizations/acme/repositories/reserved/app', { as: root })).status,
    ).toBe(404)
    expect((await list('prefix=reserved')).names).toEqual([])
    expect(
      (
        await bed.call('POST', '/organizations/acme/repositories', {
          as: root,
          body: { name: 'reserved/app' },
        })
      ).status,
    ).toBe(201)
    expect(
      (
        await bed.call('POST', '/organizations/acme/repositories', {
          as: root,
          body: { name: 'reserved/app' },
        })
      ).status,
    ).toBe(409)
  })

  test('say what their tags stand for, with the bytes of what the manifest names', async () => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const empty = `sha256:${createHash('sha256').update('{}').digest('hex')}`
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: empty, size: 2 }
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [config] }))
    const digest = parseDigest(`sha256:${createHash('sha256').update(body).digest('hex')}`)
    const blob = parseDigest(empty)
    const [name, tag] = [parseRepositoryName('tagged'), parseTag('v1')]
    if (digest === undefined || blob === undefined || name.type === 'error' || tag === undefined)
      throw new Error('no such thing')
    const { store } = bed.house
    const [acme] = (await store.read.organizations.list({ limit: 1 })).items
    if (acme === undefined) throw new Error('no organization')
    await store.write(async (tx) => {
      const { repository } = await tx.repositories.activate(acme.id, name.value)
      await tx.blobs.publish({ digest: blob, key: 'ab/cd' as never, size: 2 })
      await tx.blobs.link(repository.id, blob)
      await tx.manifests.put({
        repository: repository.id,
        digest,
        mediaType,
        annotations: {},
        body,
        blobs: [blob],
        manifests: [],
        tag,
      })
    })
    const { items } = await bed.must('GET', '/organizations/acme/repository-tags/tagged', { as: root })
    expect(items).toMatchObject([{ name: 'v1', digest, mediaType, size: body.byteLength + 4 }])
  })
})
