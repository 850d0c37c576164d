/**
 * A repository that was deleted is gone for good: another of its name is another one. Whoever held a right on the first, in
 * whatever way, is a stranger to the second until they are given it; whoever holds all below a prefix goes on.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureSetupLink } from '../src/operations/manage/create-setup-link.ts'
import type { Login } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { demand, pushImage } from './images.ts'
import type { Server } from './server.ts'

const PASSWORD = 'correct horse battery'

/** Somebody, and how they come to hold a right on a repository: all of it as an administrator and a client would. */
type Holder = {
  readonly what: string
  /** @returns whom they log in as; undefined: as nobody */
  readonly give: (admin: Admin, repository: string) => Promise<Login | undefined>
  readonly may: 'pull' | 'push'
  /** What is given again under the old name, without a new secret. */
  readonly giveAgain: (admin: Admin, repository: string) => Promise<unknown>
}

type Admin = ReturnType<typeof administration>

function administration({ send }: Server, session: string) {
  async function call(method: string, path: string, body?: object, token: string | null = session) {
    const answer = await send(method, `/api/v1${path}`, {
      ...(token !== null && { token }),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  const acme = (method: string, path: string, body?: object) =>
    call(method, `/organizations/acme${path}`, body)

  async function token(name: string, body: object, as?: string): Promise<Login> {
    const made = await call('POST', '/tokens', body, as)
    return { name, secret: made.secrets[0].value }
  }
  /** Whoever has all personal scopes, so that what they may do is what they are given. */
  async function memberWithPat(name: string): Promise<Login> {
    await call('POST', '/users', { name, password: PASSWORD })
    await acme('PUT', `/members/${name}`, { role: 'member' })
    const { secret } = await call('POST', '/sessions', { user: name, password: PASSWORD }, null)
    return token(
      name,
      { kind: 'pat', label: 'all', repositories: [{ repository: '*', permissions: ['repo:admin'] }] },
      secret,
    )
  }
  return { call, acme, token, memberWithPat }
}

const oats = new Map<string, string>()

const HOLDERS: readonly Holder[] = [
  {
    what: 'an organization’s token that names it',
    may: 'push',
    give: async ({ call }, repository) => {
      const repositories = [{ repository, permissions: ['scope-image-push'] }]
      const made = await call('POST', '/tokens', {
        kind: 'oat',
        organization: 'acme',
        label: repository,
        repositories,
      })
      oats.set(repository, made.token.id)
      return { name: 'acme', secret: made.secrets[0].value }
    },
    giveAgain: ({ call }, repository) =>
      call('PATCH', `/tokens/${oats.get(repository)}`, {
        repositories: [{ repository, permissions: ['scope-image-push'] }],
      }),
  },
  {
    what: 'an owner’s personal token that is limited to it',
    may: 'push',
    give: ({ token }, repository) =>
      token('root', {
        kind: 'pat',
        label: repository,
        repositories: [{ repository: `acme/${repository}`, permissions: ['repo:write'] }],
      }),
    giveAgain: async ({ call }, repository) => {
      const { items } = await call('GET', '/tokens?kind=pat&limit=1000')
      const { id } = items.find(({ label }: { label: string }) => label === repository)
      await call('PATCH', `/tokens/${id}`, {
        repositories: [{ repository: `acme/${repository}`, permissions: ['repo:write'] }],
      })
    },
  },
  {
    what: 'a registry token by its scope map',
    may: 'push',
    give: ({ token }, repository) => {
      const rules = [{ repository, permissions: ['content/read', 'content/write'] }]
      const name = `device-${repository}`
      const rights = { type: 'repositories', repositories: rules }
      return token(name, { kind: 'registry-token', organization: 'acme', name, rights })
    },
    giveAgain: async ({ acme, call }, repository) => {
      await acme('POST', '/scope-maps', {
        name: `again-${repository}`,
        repositories: [{ repository, permissions: ['content/read', 'content/write'] }],
      })
      const { items } = await call('GET', '/tokens?organization=acme&kind=registry-token&limit=1000')
      const { id } = items.find(({ name }: { name: string }) => name === `device-${repository}`)
      await call('PATCH', `/tokens/${id}`, { scopeMap: `again-${repository}` })
    },
  },
  {
    what: 'a member by a group’s permission',
    may: 'push',
    give: async ({ acme, memberWithPat }, repository) => {
      const pat = await memberWithPat(`m-${repository}`)
      await acme('POST', '/groups', { name: repository })
      await acme('PUT', `/groups/${repository}/members/m-${repository}`)
      await acme('PUT', `/group-permissions/${repository}/${repository}`, { permission: 'write' })
      return pat
    },
    giveAgain: ({ acme }, repository) =>
      acme('PUT', `/group-permissions/${repository}/${repository}`, { permission: 'write' }),
  },
  {
    what: 'a member because it is public',
    may: 'pull',
    give: async ({ acme, memberWithPat }, repository) => {
      await acme('PATCH', `/repositories/${repository}`, { visibility: 'public' })
      return memberWithPat(`p-${repository}`)
    },
    giveAgain: ({ acme }, repository) =>
      acme('PATCH', `/repositories/${repository}`, { visibility: 'public' }),
  },
  {
    what: 'everybody because it is public',
    may: 'pull',
    give: async ({ acme }, repository) => {
      await acme('PATCH', `/repositories/${repository}`, { visibility: 'public' })
      return undefined
    },
    giveAgain: ({ acme }, repository) =>
      acme('PATCH', `/repositories/${repository}`, { visibility: 'public' }),
  },
]

describeOnEachDatabase('delete and make again', (server) => {
  let admin: Admin
  let owner: Login
  let below: Login

  beforeAll(async () => {
    const link = await ensureSetupLink(server().house)
    if (link.type !== 'waiting') throw new Error('set up already')
    const body = { secret: link.secret.reveal(), user: 'root', password: PASSWORD, organization: 'acme' }
    const made = await server().send('POST', '/api/v1/setup', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    admin = administration(server(), demand(made, 201).json.session.secret)
    const all = (label: string, repository: string, permission: string) =>
      admin.token('acme', {
        kind: 'oat',
        organization: 'acme',
        label,
        repositories: [{ repository, permissions: [permission] }],
      })
    owner = await all('all', '*', 'scope-image-delete')
    below = await all('prefix', '*', 'scope-image-pull')
  })

  const scope = (repository: string) => `repository:acme/${repository}:pull,push`
  const pull = async (repository: string, token: string | undefined) =>
    (await server().send('GET', `/v2/acme/${repository}/manifests/v1`, token === undefined ? {} : { token }))
      .status
  const push = async (repository: string, token: string | undefined) =>
    (
      await server().send(
        'POST',
        `/v2/acme/${repository}/blobs/uploads/`,
        token === undefined ? {} : { token },
      )
    ).status
  const tokenOf = (as: Login | undefined, repository: string) =>
    server().token({ service: server().authority, scope: scope(repository), ...(as !== undefined && { as }) })

  describe.each([
    { how: 'by hand', make: (name: string) => admin.acme('POST', '/repositories', { name }) },
    { how: 'by a push', make: async () => {} },
  ])('made again $how', ({ how, make }) => {
    it.each(HOLDERS)('$what holds nothing on it', async ({ what, may, give, giveAgain }) => {
      const repository = `r${HOLDERS.findIndex((holder) => holder.what === what)}-${how.replaceAll(' ', '-')}`
      await pushImage(server(), `acme/${repository}`, { as: owner, tag: 'v1' })
      const holder = await give(admin, repository)
      const before = await tokenOf(holder, repository)
      expect([await pull(repository, before), await push(repository, before)]).toEqual([
        200,
        may === 'push' ? 202 : 403,
      ])
      const upload = await server().send('POST', `/v2/acme/${repository}/blobs/uploads/`, { token: before })

      await admin.acme('DELETE', `/repositories/${repository}`)
      expect(await pull(repository, before)).not.toBe(200)
      await make(repository)
      await pushImage(server(), `acme/${repository}`, { as: owner, tag: 'v1' })

      // Neither the token from before, nor a new one of the same credential, nor the upload that was under way.
      const after = await tokenOf(holder, repository)
      for (const token of [before, after])
        expect([await pull(repository, token), await push(repository, token)]).toEqual([403, 403])
      if (upload.status === 202) {
        const path = new URL(String(upload.headers['location']), 'http://localhost').pathname
        expect((await server().send('PATCH', path, { token: after, body: 'x' })).status).toBe(403)
        expect([404, 403]).toContain((await server().send('PATCH', path, { as: owner, body: 'x' })).status)
      }
      expect(await pull(repository, await tokenOf(below, repository))).toBe(200)

      await giveAgain(admin, repository)
      expect([await pull(repository, after), await push(repository, after)]).toEqual([
        200,
        may === 'push' ? 202 : 403,
      ])
    })
  })
})
