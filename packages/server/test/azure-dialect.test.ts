/**
 * Whoever asked for a token as Azure's clients do is refused in Azure's words wherever it is brought, and docker on the same
 * address in docker's; and each action of a scope map does what it says and no more.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Login } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'
const site = 'acme.localhost'

describeServer('Azure’s dialect', (server) => {
  let ci: Issued
  let reader: Issued
  let writer: Issued
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    reader = await server().registryToken('acme', 'reader', { app: ['content/read'] })
    writer = await server().registryToken('acme', 'writer', { app: ['content/write'] })
    for (const name of ['app', 'locked']) await pushImage(server(), name, { as: ci, site, tag: 'v1' })
    await server().lock('acme', 'locked', { readEnabled: false, writeEnabled: false })
  })

  const authority = () => `${site}:${server().port}`
  const post = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ service: authority(), ...form }).toString()
    return demand(await server().send('POST', `/oauth2/${path}`, { site, body }), 200).json
  }
  const refreshOf = async ({ secret }: Login): Promise<string> =>
    (await post('exchange', { grant_type: 'access_token', access_token: secret })).refresh_token
  const accessOf = async ({ name, secret }: Login, scope: string): Promise<string> =>
    (await post('token', { grant_type: 'password', username: name, password: secret, scope })).access_token

  describe('a refusal below /v2/', () => {
    const ACTS = [
      ['GET', 'app/tags/list', 'metadata/read', 'pull', () => reader],
      ['DELETE', 'app/manifests/v1', 'content/delete', 'delete', () => reader],
      ['POST', 'app/blobs/uploads/', 'content/write', 'pull,push', () => reader],
      ['POST', 'app/blobs/uploads/', 'content/read', 'pull,push', () => writer],
    ] as const

    it.each(ACTS)(
      '%s %s without %s is 401 to Azure’s clients, 403 and a reason to docker',
      async (method, path, need, scope, login) => {
        const [name = ''] = path.split('/')
        const all = `repository:${name}:*`
        const azures = await server().send(method, `/v2/${path}`, {
          site,
          token: await accessOf(login(), all),
        })
        expect(azures.status).toBe(401)
        expect(azures.headers['www-authenticate']).toBe(
          `Bearer realm="http://${authority()}/oauth2/token",service="${authority()}",scope="repository:${name}:${scope}",error="insufficient_scope"`,
        )
        expect(azures.headers['x-ms-correlation-request-id']).toBeDefined()
        const detail = scope.split(',').map((action) => ({ Type: 'repository', Name: name, Action: action }))
        expect(azures.json.errors).toEqual([
          { code: 'UNAUTHORIZED', message: expect.stringContaining(need), detail },
        ])
        const token = await server().token({ as: login(), scope: all, site })
        const dockers = await server().send(method, `/v2/${path}`, { site, token })
        expect(dockers).toMatchObject({ status: 403, reason: azures.json.errors[0].message })
      },
    )

    it('what is locked is 405 to the one, 403 and a reason to the other', async () => {
      const scope = 'repository:locked:*'
      for (const [method, path] of [
        ['GET', 'locked/manifests/v1'],
        ['POST', 'locked/blobs/uploads/'],
        ['DELETE', 'locked/manifests/v1'],
      ] as const) {
        const azures = await server().send(method, `/v2/${path}`, { site, token: await accessOf(ci, scope) })
        expect(azures).toMatchObject({
          status: 405,
          json: {
            errors: [{ code: 'REGISTRY_DISALLOWED_OPERATION', message: expect.stringContaining('locked') }],
          },
        })
        const token = await server().token({ as: ci, scope, site })
        expect(await server().send(method, `/v2/${path}`, { site, token })).toMatchObject({
          status: 403,
          reason: azures.json.errors[0].message,
        })
      }
    })

    it('a login by az is docker’s from then on', async () => {
      const as = { name: NOBODY, secret: await refreshOf(reader) }
      const answer = await server().sendLikeDocker('DELETE', '/v2/app/manifests/v1', { as, site })
      expect(answer).toMatchObject({ status: 403, reason: expect.stringContaining('content/delete') })
    })

    it('what is not there is 404 with its name', async () => {
      const token = await accessOf(ci, 'repository:never:pull')
      expect(await server().send('GET', '/v2/never/manifests/v1', { site, token })).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'NAME_UNKNOWN', detail: { name: 'never' } }] },
      })
    })
  })

  describe('each action does what it says and no more', () => {
    const may = async (login: Login, method: string, path: string) => {
      const [, version, name] = path.split('/')
      const repository = version === 'v2' ? name : path.split('/')[3]
      const token = await accessOf(login, `repository:${repository}:*`)
      return (await server().send(method, path, { site, token })).status
    }

    it('content/read alone pulls, and can’t list tags', async () => {
      expect(await may(reader, 'GET', '/v2/app/manifests/v1')).toBe(200)
      expect(await may(reader, 'GET', '/acr/v1/app/_tags')).toBe(401)
      expect(await may(reader, 'GET', '/v2/app/tags/list')).toBe(401)
    })

    it('metadata/read alone lists tags, and can’t pull', async () => {
      const looker = await server().registryToken('acme', 'looker', { app: ['metadata/read'] })
      expect(await may(looker, 'GET', '/acr/v1/app/_tags')).toBe(200)
      expect(await may(looker, 'GET', '/v2/app/tags/list')).toBe(200)
      expect(await may(looker, 'GET', '/v2/app/manifests/v1')).toBe(401)
    })

    it('content/write alone can’t push, and docker is told what it lacks', async () => {
      const as = writer
      const answer = await server().sendLikeDocker('POST', '/v2/app/blobs/uploads/', { as, site })
      expect(answer.status).toBe(403)
      expect(answer.reason).toContain('it may: content/write, but a push needs to read as well')
    })

    it('a token for one organization’s repository is none for another’s', async () => {
      await server().organization('beta')
      const stranger = await server().registryToken('beta', 'stranger', { app: READ })
      expect(await may(stranger, 'GET', '/acr/v1/app')).toBe(401)
    })
  })
})
