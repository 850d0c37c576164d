/**
 * Azure's data plane: each endpoint takes one action, and says which to a token that lacks it, at an organization's host and
 * at the root, with slashes as they are and as `%2F`.
 */
import { parseChallenges } from '@wharden/oci'
import { REPOSITORY_ACTIONS, SCOPE_ACTION, type RepositoryAction } from '@wharden/policy'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Login } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

/** What a request needs, and what it gets then. Nothing is there to delete, so all can be tried again. */
const ACTS: readonly (readonly [method: string, path: string, need: RepositoryAction, allowed: number])[] = [
  ['GET', 'samples/app', 'metadata/read', 200],
  ['GET', 'samples/app/_tags', 'metadata/read', 200],
  ['GET', 'samples/app/_tags/v1', 'metadata/read', 200],
  ['GET', 'samples/app/_manifests', 'metadata/read', 200],
  ['GET', 'samples/app/_manifests/DIGEST', 'metadata/read', 200],
  ['PATCH', 'samples/app', 'metadata/write', 200],
  ['PATCH', 'samples/app/_tags/v1', 'metadata/write', 200],
  ['PATCH', 'samples/app/_manifests/DIGEST', 'metadata/write', 200],
  ['DELETE', 'samples/never', 'content/delete', 404],
  ['DELETE', 'samples/app/_tags/never', 'content/delete', 404],
  ['DELETE', `samples/app/_manifests/sha256:${'0'.repeat(64)}`, 'content/delete', 404],
]

const PLACES = [
  ['an organization’s host', 'acme.localhost', ''],
  ['the root', 'localhost', 'acme/'],
] as const

const FORMS = [
  ['slashes', (name: string) => name],
  ['%2F', (name: string) => name.replaceAll('/', '%2F')],
] as const

describeServer('rights on Azure’s data plane', (server) => {
  const tokens = new Map<RepositoryAction, Issued>()
  let digest: string

  beforeAll(async () => {
    await server().organization('acme')
    const ci = await server().oat('acme', { '*': ALL })
    ;({
      manifest: { digest },
    } = await pushImage(server(), 'acme/samples/app', { as: ci, tag: 'v1' }))
    for (const action of REPOSITORY_ACTIONS)
      tokens.set(
        action,
        await server().registryToken('acme', action.replace('/', '-'), { 'samples/*': [action] }),
      )
  })

  async function tokenFor(site: string, { name, secret }: Login, scope: string): Promise<string> {
    const form = {
      grant_type: 'password',
      username: name,
      password: secret,
      service: `${site}:${server().port}`,
    }
    const body = new URLSearchParams({ ...form, scope }).toString()
    return demand(await server().send('POST', '/oauth2/token', { site, body }), 200).json.access_token
  }

  function send(
    method: string,
    path: string,
    site: string,
    sent: { token?: string; as?: Login },
  ): Promise<Answer> {
    const body = method === 'PATCH' ? { body: '{"deleteEnabled":true}' } : {}
    return server().send(method, `/acr/v1/${path}`, { site, ...body, ...sent })
  }

  describe.each(PLACES)('at %s', (_, site, owner) => {
    describe.each(FORMS)('with %s', (_form, written) => {
      const targetOf = (path: string) => {
        const [, name = path, rest = ''] = /^(.*?)(\/_.*)?$/.exec(path) ?? []
        return { name: `${owner}${name}`, path: written(`${owner}${name}`) + rest.replace('DIGEST', digest) }
      }

      it.each(ACTS)('%s %s takes %s', async (method, act, need, allowed) => {
        const { name, path } = targetOf(act)
        for (const [action, login] of tokens) {
          const asked = `repository:${name}:${SCOPE_ACTION[need]}`
          const answer = await send(method, path, site, { token: await tokenFor(site, login, asked) })
          const byBasic = await send(method, path, site, { as: login })
          expect([action, answer.status, byBasic.status]).toEqual(
            action === need ? [action, allowed, allowed] : [action, 401, 401],
          )
          if (action === need) continue
          const [challenge] = parseChallenges(answer.headers['www-authenticate'] ?? '')
          expect(Object.fromEntries(challenge?.parameters ?? [])).toEqual({
            realm: `http://${site}:${server().port}/oauth2/token`,
            service: `${site}:${server().port}`,
            scope: asked,
            error: 'insufficient_scope',
          })
          expect(answer.json.errors).toEqual([
            {
              code: 'UNAUTHORIZED',
              message: expect.stringContaining(need),
              detail: [{ Type: 'repository', Name: name, Action: SCOPE_ACTION[need] }],
            },
          ])
        }
      })

      it('nobody is asked who they are, and told for what', async () => {
        for (const [method, act, need] of ACTS) {
          const { name, path } = targetOf(act)
          const answer = await send(method, path, site, {})
          const scope = `repository:${name}:${SCOPE_ACTION[need]}`
          expect(answer.status).toBe(401)
          expect(answer.headers['www-authenticate']).toBe(
            `Bearer realm="http://${site}:${server().port}/oauth2/token",service="${site}:${server().port}",scope="${scope}"`,
          )
          expect(answer.json.errors[0].detail).toEqual([
            { Type: 'repository', Name: name, Action: SCOPE_ACTION[need] },
          ])
        }
      })

      it('a token that is none any more is told what to ask for again', async () => {
        for (const [method, act, need] of ACTS) {
          const { name, path } = targetOf(act)
          const answer = await send(method, path, site, { token: 'a.b.c' })
          expect(answer.status).toBe(401)
          expect(answer.headers['www-authenticate']).toContain(
            `scope="repository:${name}:${SCOPE_ACTION[need]}",error="invalid_token"`,
          )
        }
      })
    })
  })
})
