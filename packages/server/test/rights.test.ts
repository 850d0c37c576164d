/**
 * Every scope of every kind of credential, as `rights` has it, against what clients do: what isn't granted is refused,
 * by Basic and by token, on every endpoint (peers.md rows 5, 6, 26).
 */
import {
  NEEDED,
  OAT_RIGHTS,
  OAT_SCOPES,
  PAT_RIGHTS,
  PAT_SCOPES,
  REPOSITORY_ACTIONS,
  ROLE_RIGHTS,
  ROLES,
  SERVICE_PRINCIPAL_RIGHTS,
  SERVICE_PRINCIPAL_ROLES,
  type RepositoryAction,
} from '@wharden/policy'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { image, newBlob, pushImage, putManifest, content, pushBlob, demand } from './images.ts'

type Need = keyof typeof NEEDED

/** What clients do, and what each needs. */
const ACTS: readonly (readonly [what: string, need: Need, allowed: number])[] = [
  ['GET manifests/v1', 'pull', 200],
  ['HEAD manifests/v1', 'pull', 200],
  ['GET blobs/LAYER', 'pull', 200],
  ['HEAD blobs/LAYER', 'pull', 200],
  ['GET tags/list', 'list', 200],
  ['GET referrers/LAYER', 'list', 200],
  ['POST blobs/uploads/', 'push', 202],
  ['PUT manifests/new', 'push', 201],
  ['DELETE manifests/never', 'delete', 404],
  ['DELETE blobs/NEVER', 'delete', 404],
]

describeServer('rights', (server) => {
  let layer: string
  const manifest = image({ layers: [] })

  beforeAll(async () => {
    for (const name of ['acme', 'other']) await server().organization(name)
    for (const place of ['acme', 'other']) {
      const all = await server().oat(place, { '*': ALL })
      const pushed = await pushImage(server(), `${place}/app`, { as: all, tag: 'v1' })
      if (place === 'acme') layer = pushed.layer.digest
      demand(await pushBlob(server(), `${place}/app`, content('{}'), { as: all }), 201)
      demand(await putManifest(server(), `${place}/app`, manifest, { as: all }), 201)
    }
  })

  async function statusOf(act: string, repository: string, sent: Sent): Promise<number> {
    const [method = '', path = ''] = act.split(' ')
    const real = path.replace('LAYER', layer).replace('NEVER', newBlob().digest)
    const body =
      method === 'PUT' ? { body: manifest.bytes, headers: { 'content-type': manifest.mediaType } } : {}
    return (await server().send(method, `/v2/${repository}/${real}`, { ...body, ...sent })).status
  }

  async function expectExactly(who: Issued, actions: readonly RepositoryAction[]): Promise<void> {
    const scope = ['acme/app', 'other/app'].map((name) => `repository:${name}:*`)
    const ways: readonly Sent[] = [{ as: who }, { token: await server().token({ as: who, scope }) }]
    for (const sent of ways)
      for (const [act, need, allowed] of ACTS) {
        const may = NEEDED[need].every((action) => actions.includes(action))
        const refused = act.startsWith('HEAD blobs') ? 404 : 403
        expect([act, await statusOf(act, 'acme/app', sent)]).toEqual([act, may ? allowed : refused])
        expect([act, await statusOf(act, 'other/app', sent)]).toEqual([act, refused])
      }
  }

  describe('an organization access token', () => {
    it.each(OAT_SCOPES)('%s', async (scope) => {
      const actions = OAT_RIGHTS[scope].repositories
      await expectExactly(await server().oat('acme', { app: actions }), actions)
      await expectExactly(await server().oat('acme', { '*': actions }), actions)
    })
  })

  describe('a service principal', () => {
    it.each(SERVICE_PRINCIPAL_ROLES)('%s', async (role) => {
      await expectExactly(
        await server().servicePrincipal('acme', role),
        SERVICE_PRINCIPAL_RIGHTS[role].repositories,
      )
    })
  })

  describe('a registry token: each action alone, and no other with it', () => {
    const subsets = Array.from({ length: 1 << REPOSITORY_ACTIONS.length }, (_, bits) =>
      REPOSITORY_ACTIONS.filter((_action, place) => (bits & (1 << place)) !== 0),
    )
    it.each(subsets.map((actions) => [actions.join(' ') || 'nothing', actions] as const))(
      '%s',
      async (what, actions) => {
        const name = `token-${what.replaceAll(/[^a-z]/g, '-')}`
        await expectExactly(await server().registryToken('acme', name, { app: actions }), actions)
      },
    )
  })

  describe('a personal access token does what both its user and its scope may', () => {
    const pairs = ROLES.flatMap((role) => PAT_SCOPES.map((scope) => [role, scope] as const))
    it.each(pairs)('%s, %s', async (role, scope) => {
      const user = await server().user(`${role}-${scope.replaceAll(/[^a-z]/g, '-')}`, { acme: role })
      const actions = ROLE_RIGHTS[role].repositories.filter((action) =>
        PAT_RIGHTS[scope].repositories.some((one) => one === action),
      )
      await expectExactly(await server().pat(user, scope), actions)
    })

    it('limited to a repository it does no more there than its user, and nothing elsewhere', async () => {
      const user = await server().user('limited', { acme: 'owner', other: 'owner' })
      const write = PAT_RIGHTS['repo:write'].repositories
      await expectExactly(await server().pat(user, undefined, { acme: { app: write } }), write)
      const member = await server().user('limited-member', { acme: 'member' })
      await expectExactly(await server().pat(member, undefined, { acme: { app: write } }), [])
    })
  })

  it('names are matched whole: a prefix is not its neighbour, nor the repository above it', async () => {
    const below = await server().oat('acme', { 'team/*': ALL })
    const expectations = [
      ['acme/team/x', 404],
      ['acme/team/x/y', 404],
      ['acme/team', 403],
      ['acme/teamx/y', 403],
      ['acme/team-x', 403],
      ['acme/a/team/x', 403],
      ['other/team/x', 403],
    ] as const
    for (const [name, status] of expectations)
      expect([name, await statusOf('GET tags/list', name, { as: below })]).toEqual([name, status])
  })

  it('a token for the addresses of others is refused from here, with its address said', async () => {
    const far = await server().oat('acme', { '*': ALL }, { allowedAddresses: ['192.0.2.0/24'] })
    const near = await server().oat(
      'acme',
      { '*': ALL },
      { allowedAddresses: ['192.0.2.0/24', '127.0.0.0/8'] },
    )
    expect(await statusOf('GET manifests/v1', 'acme/app', { as: near })).toBe(200)
    const answer = await server().send('GET', '/v2/acme/app/manifests/v1', { as: far })
    expect(answer).toMatchObject({ status: 403, json: { errors: [{ code: 'DENIED' }] } })
    expect(answer.reason).toContain('127.0.0.1')
    // Logging in is not refused: what a credential may do is said where it is done.
    expect(await server().send('GET', '/v2/', { as: far })).toMatchObject({ status: 200 })
  })
})
