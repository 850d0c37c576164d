/** What organizations decide about other registries' images and about strangers, as clients hear it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const ALLOWED = 404 // … which says that this server doesn't fetch from there yet.

describeServer('policies', (server) => {
  let member: Issued
  let owner: Issued
  let ci: Issued
  let outsider: Issued

  beforeAll(async () => {
    for (const name of ['acme', 'other']) await server().organization(name)
    member = await server().pat(await server().user('mo', { acme: 'member' }), 'repo:read')
    owner = await server().pat(await server().user('olga', { acme: 'owner' }), 'repo:read')
    ci = await server().oat('acme', { '*': ALL, 'docker.io/*': READ, 'quay.io/*': READ })
    outsider = await server().oat('other', { '*': ALL })
    await server().repository('acme', 'open', 'public')
    await pushImage(server(), 'acme/open', { as: ci, tag: 'v1' })
  })

  const pull = (name: string, as?: Issued) =>
    server().sendLikeDocker('GET', `/v2/${name}/manifests/latest`, as === undefined ? {} : { as })

  describe('image access', () => {
    beforeAll(() => server().policy('acme', 'image-access', { mode: 'enforce', categories: ['official'] }))

    it.each([
      ['docker.io/evil/app', 'image access denied: community images not allowed'],
      ['index.docker.io/evil/app', 'image access denied: community images not allowed'],
      ['registry-1.docker.io/evil/app', 'image access denied: community images not allowed'],
      ['docker.io/library/nginx', undefined],
      ['docker.io/nginx', undefined],
    ])('%s', async (name, sentence) => {
      for (const as of [member, ci]) {
        const answer = await pull(name, as)
        expect(answer.status).toBe(sentence === undefined ? ALLOWED : 403)
        if (sentence !== undefined) {
          expect(answer.reason.startsWith(sentence)).toBe(true)
          expect(answer.reason).toBe(answer.json.errors[0].message)
          expect(answer.json.errors[0].detail.rule).toBe('image-access:category:community')
        }
      }
    })

    it('owners are exempt', async () => {
      expect((await pull('docker.io/evil/app', owner)).status).toBe(ALLOWED)
    })

    it('HEAD, tags and blobs are refused alike', async () => {
      const blob = `sha256:${'0'.repeat(64)}`
      for (const [method, path, status] of [
        ['HEAD', 'manifests/latest', 403],
        ['GET', `manifests/${blob}`, 403],
        ['GET', 'tags/list', 403],
        ['GET', `blobs/${blob}`, 403],
        ['HEAD', `blobs/${blob}`, 404],
      ] as const) {
        const answer = await server().sendLikeDocker(method, `/v2/docker.io/evil/app/${path}`, { as: member })
        expect([method, path, answer.status]).toEqual([method, path, status])
      }
    })

    it('to whom no grant is given, nothing of it is told', async () => {
      const answer = await pull('docker.io/evil/app', outsider)
      expect(answer.status).toBe(403)
      expect(answer.reason).not.toMatch(/community|categor|acme/)
      expect(JSON.stringify(answer.json)).not.toContain('image-access')
    })

    it('in report mode nothing is refused, and it is taken down', async () => {
      await server().policy('acme', 'image-access', { mode: 'report', categories: ['official'] })
      expect((await pull('docker.io/evil/app', member)).status).toBe(ALLOWED)
      await server().house.recorder.flush()
      const { items } = await server().house.store.read.activity.list({ limit: 5, type: 'would-refuse' })
      expect(JSON.stringify(items)).toContain('image-access:category:community')
      await server().policy('acme', 'image-access', { mode: 'off' })
    })
  })

  describe('registry access', () => {
    beforeAll(() =>
      server().policy('acme', 'registry-access', {
        mode: 'enforce',
        rules: [{ host: 'docker.io', effect: 'allow', operations: ['pull'] }],
      }),
    )

    it('what no rule allows is refused, for people and for tokens', async () => {
      for (const as of [member, owner, ci]) {
        const answer = await pull('quay.io/some/app', as)
        expect(answer.status).toBe(403)
        expect(
          answer.reason.startsWith('registry access denied: quay.io is not allowed by organization acme'),
        ).toBe(true)
        expect((await pull('docker.io/library/nginx', as)).status).toBe(ALLOWED)
      }
    })

    it('a change bites at the next request', async () => {
      await server().policy('acme', 'registry-access', { mode: 'off' })
      expect((await pull('quay.io/some/app', member)).status).toBe(ALLOWED)
    })
  })

  describe('sign-in', () => {
    it('required: strangers are refused what is public, and are told why', async () => {
      demand(await server().send('GET', '/v2/acme/open/manifests/v1'), 200)
      await server().policy('acme', 'sign-in', { mode: 'enforce' })
      expect((await server().send('GET', '/v2/acme/open/manifests/v1')).status).toBe(401)
      const answer = await server().sendLikeDocker('GET', '/v2/acme/open/manifests/v1')
      expect(answer.status).toBe(403)
      expect(answer.reason.startsWith('sign-in required: organization acme refuses anonymous clients')).toBe(
        true,
      )
      demand(await server().sendLikeDocker('GET', '/v2/acme/open/manifests/v1', { as: member }), 200)
      await server().policy('acme', 'sign-in', { mode: 'off' })
      demand(await server().send('GET', '/v2/acme/open/manifests/v1'), 200)
    })
  })

  it('other registries are for pulling: nobody pushes there through here', async () => {
    for (const as of [member, owner, ci]) {
      const answer = await server().sendLikeDocker('POST', '/v2/docker.io/library/app/blobs/uploads/', { as })
      expect(answer).toMatchObject({ status: 403, json: { errors: [{ code: 'DENIED' }] } })
    }
  })

  it('nobody governs a stranger: other registries are closed to them', async () => {
    expect((await pull('docker.io/library/nginx')).status).toBe(403)
  })
})
