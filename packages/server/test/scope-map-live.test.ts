/**
 * A scope map that is changed, deleted or given in place of another while its token is at work: the next request is decided by
 * it, whatever the token was issued with, and who is refused is told what to ask for. And what several wildcards give together.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Login } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { content, demand, image, newBlob, pushImage } from './images.ts'
import { site } from './azure-bed.ts'
import { apiOf, signUp, type Api } from './sign-up.ts'

const DIALECTS = ['docker', 'azure'] as const
type Dialect = (typeof DIALECTS)[number]

const PUSH = ['content/read', 'content/write']

describeOnEachDatabase('a scope map at work', (server) => {
  let api: Api
  let count = 0

  beforeAll(async () => {
    const { send, house } = server()
    api = apiOf(send, await signUp(send, house))
  })

  type Rule = { readonly repository: string; readonly permissions: readonly string[] }

  /** With a scope map of its own, and a way to change that. */
  async function make(repositories: readonly Rule[]) {
    const name = `device${(count += 1)}`
    const rights = { type: 'repositories', repositories }
    const made = await api('POST', '/tokens', { kind: 'registry-token', organization: 'acme', name, rights })
    const map = `/organizations/acme/scope-maps/${name}-scope-map`
    return {
      name,
      login: { name, secret: made.secrets[0].value as string },
      become: (rules: readonly Rule[]) => api('PATCH', map, { repositories: rules }),
      loseMap: () => api('DELETE', map),
      take: (scopeMap: string) => api('PATCH', `/tokens/${made.token.id}`, { scopeMap }),
    }
  }

  async function tokenOf(dialect: Dialect, as: Login, repository: string): Promise<string> {
    const scope = `repository:${repository}:*`
    if (dialect === 'docker') return server().token({ as, scope, site })
    const form = { grant_type: 'password', username: as.name, password: as.secret, scope }
    const body = new URLSearchParams(form).toString()
    return demand(await server().send('POST', '/oauth2/token', { site, body }), 200).json.access_token
  }

  /** The words, which are the same in both dialects; the status is not. */
  function expectRefused(dialect: Dialect, answer: Answer, says: string): void {
    expect(answer.status).toBe(dialect === 'docker' ? 403 : 401)
    expect(answer.json.errors[0].message).toContain(says)
    if (dialect === 'docker') expect(answer.reason).toBe(answer.json.errors[0].message)
    else expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"')
  }

  describe.each(DIALECTS)('while a push is under way, by %s', (dialect) => {
    const layer = newBlob(1_000)

    /** A push whose first half is there. */
    async function begin(repository: string, rules: readonly Rule[]) {
      const device = await make(rules)
      const token = await tokenOf(dialect, device.login, repository)
      const send = (method: string, path: string, body?: Buffer | string) =>
        server().send(method, path, { site, token, ...(body !== undefined && { body }) })
      const opened = demand(await send('POST', `/v2/${repository}/blobs/uploads/`), 202)
      const place = String(opened.headers.location)
      const more = (from: number, to: number) => send('PATCH', place, layer.bytes.subarray(from, to))
      demand(await more(0, 500), 202)
      const config = content('{}')
      const manifest = image({ layers: [layer], config })
      const finish = async () => {
        demand(await send('PUT', `${place}?digest=${layer.digest}`), 201)
        const path = `/v2/${repository}/blobs/uploads/?digest=${config.digest}`
        demand(await send('POST', path, config.bytes), 201)
        const headers = { 'content-type': manifest.mediaType }
        const target = `/v2/${repository}/manifests/v1`
        return server().send('PUT', target, { site, token, headers, body: manifest.bytes })
      }
      return { ...device, send, place, more, finish }
    }

    it('what the map loses is refused from the next request on, and goes on where it is given again', async () => {
      const rules = [{ repository: 'samples/app', permissions: PUSH }]
      const push = await begin('samples/app', rules)
      await push.become([{ repository: 'samples/app', permissions: ['content/read'] }])
      const add = 'ask an owner of acme to add content/write on samples/app to its scope map'
      expectRefused(dialect, await push.more(500, 1_000), `it may: content/read; ${add}`)
      expectRefused(dialect, await push.send('PUT', `${push.place}?digest=${layer.digest}`), add)
      await push.become([{ repository: 'samples/app', permissions: ['content/write'] }])
      const lacks =
        'it may: content/write, but a push needs to read as well; ask an owner of acme to add content/read on'
      expectRefused(dialect, await push.more(500, 1_000), lacks)
      await push.become([{ repository: 'samples/other', permissions: PUSH }])
      const both =
        'ask an owner of acme to add content/read and content/write on samples/app to its scope map'
      expectRefused(dialect, await push.more(500, 1_000), both)
      await push.become(rules)
      demand(await push.more(500, 1_000), 202)
      demand(await push.finish(), 201)
    })

    it('where the map is deleted, that is said, and another is all it takes', async () => {
      const push = await begin('samples/lost', [{ repository: 'samples/*', permissions: PUSH }])
      await push.loseMap()
      const says = `token \`${push.name}\` may not write to acme/samples/lost; its scope map was deleted; ask an owner of acme to give it another (decision `
      expectRefused(dialect, await push.more(500, 1_000), `push access denied: ${says}`)
      expectRefused(
        dialect,
        await push.send('GET', '/v2/samples/lost/manifests/v1'),
        'pull access denied: token',
      )
      // Signing in goes on: it is told where something is asked for.
      const token = await tokenOf(dialect, push.login, 'samples/lost')
      const answer = await server().send('GET', '/acr/v1/samples/lost', { site, token })
      expect(answer.status).toBe(401)
      expect(answer.json.errors[0].message).toContain('its scope map was deleted')
      await push.take('_repositories_push')
      demand(await push.more(500, 1_000), 202)
      demand(await push.finish(), 201)
    })

    it('a map with nothing in it is no map that was deleted', async () => {
      const push = await begin('samples/empty', [{ repository: 'samples/*', permissions: PUSH }])
      await push.become([])
      expectRefused(
        dialect,
        await push.more(500, 1_000),
        'ask an owner of acme to add content/read and content/write on',
      )
    })
  })

  /** https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions */
  describe('wildcards add up', () => {
    const RULES = [
      { repository: 'sample/*', permissions: ['content/read'] },
      { repository: 'sample/team-a/*', permissions: ['content/write'] },
      { repository: 'sample/team-a/project-b', permissions: ['content/delete'] },
    ]
    const HELD = [
      ['sample/team-a/project-b', 'pull push delete'],
      ['sample/team-a/project-c', 'pull push'],
      ['sample/team-a/deep/er', 'pull push'],
      ['sample/team-a', 'pull'],
      ['sample/team-ab/x', 'pull'],
      ['sample/other', 'pull'],
      ['sample', ''],
      ['samples/x', ''],
      ['other/sample/x', ''],
    ] as const

    let login: Login
    beforeAll(async () => {
      ;({ login } = await make(RULES))
      const all = await make([{ repository: '*', permissions: [...PUSH, 'metadata/read'] }])
      for (const [name] of HELD) await pushImage(server(), name, { as: all.login, site, tag: 'v1' })
    })

    const TRIES = [
      ['pull', 'GET', 'manifests/v1', 200],
      ['push', 'POST', 'blobs/uploads/', 202],
      ['delete', 'DELETE', 'manifests/v1', 202],
    ] as const

    it.each(DIALECTS)('of all rules that match, in the words of %s', async (dialect) => {
      const all = await make([{ repository: '*', permissions: PUSH }])
      for (const [name, held] of HELD) {
        const token = await tokenOf(dialect, login, name)
        const may = []
        for (const [act, method, path, done] of TRIES) {
          const { status } = await server().send(method, `/v2/${name}/${path}`, { site, token })
          if (status === done) may.push(act)
          else expect([name, act, status]).toEqual([name, act, dialect === 'docker' ? 403 : 401])
        }
        expect([name, may.join(' ')]).toEqual([name, held])
        if (held.includes('delete')) await pushImage(server(), name, { as: all.login, site, tag: 'v1' })
      }
    })

    it('for what isn’t there yet as well: a push makes it', async () => {
      const name = 'sample/team-a/brand/new'
      demand(await server().send('POST', `/v2/${name}/blobs/uploads/`, { site, as: login }), 202)
      const beside = await server().send('POST', '/v2/sample/brand-new/blobs/uploads/', { site, as: login })
      expect(beside).toMatchObject({ status: 403, reason: expect.stringContaining('it may: content/read') })
    })
  })
})
