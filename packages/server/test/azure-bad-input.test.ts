/** What Azure's clients may get wrong in names and scopes, and in what they take for a password: a sentence that helps, at once. */
import { SCOPE_LIMIT } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import { azureBed, site } from './azure-bed.ts'
import type { Answer, Login } from './client.ts'
import { describeServer } from './describe-server.ts'
import { READ } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'

describeServer('bad input of Azure’s clients', (server) => {
  const { acr, ci } = azureBed(server)
  beforeAll(async () => {
    for (const name of ['samples/app', 'samples/other', 'two/a', 'two/b'])
      await pushImage(server(), name, { as: ci(), site, tag: 'v1' })
  })

  const post = (path: string, form: readonly (readonly [string, string])[]): Promise<Answer> =>
    server().send('POST', `/oauth2/${path}`, {
      site,
      body: new URLSearchParams(form.map(([...one]) => one)).toString(),
    })
  const password = ({ name, secret }: Login) =>
    [
      ['grant_type', 'password'],
      ['username', name],
      ['password', secret],
    ] as const
  const tokenFor = async (...scopes: readonly string[]): Promise<string> => {
    const asked = scopes.map((scope) => ['scope', scope] as const)
    return demand(await post('token', [...password(ci()), ...asked]), 200).json.access_token
  }
  const show = (name: string, token: string) => server().send('GET', `/acr/v1/${name}`, { site, token })

  describe('scopes', () => {
    it.each([
      ['none', []],
      ['of a type nobody knows', ['artifact-repository:samples/app:pull']],
      ['of an action nobody knows', ['repository:samples/app:fly']],
      ['without an action', ['repository:samples/app']],
      ['of a name in upper case', ['repository:Samples/App:metadata_read']],
      ['of an escaped name', ['repository:samples%2Fapp:metadata_read']],
      ['of all repositories', ['repository:*:*']],
      ['of what was deleted', ['registry:deleted_catalog:*']],
      ['of another repository', ['repository:samples/other:*']],
      ['of another action', ['repository:samples/app:push']],
    ])('%s: a token is given, and the resource says what to ask for', async (_, scopes) => {
      const answer = await show('samples/app', await tokenFor(...scopes))
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toContain(
        'scope="repository:samples/app:metadata_read",error="insufficient_scope"',
      )
      expect(answer.json.errors[0].message).toBe(
        'this token was not asked for `repository:samples/app:metadata_read`: ask for one that is',
      )
    })

    it('of the catalog alone show no repository, and of a repository alone no catalog', async () => {
      expect((await show('samples/app', await tokenFor('registry:catalog:*'))).status).toBe(401)
      const token = await tokenFor('repository:samples/app:*')
      const answer = await server().send('GET', '/acr/v1/_catalog', { site, token })
      expect(answer).toMatchObject({
        status: 401,
        json: { errors: [{ detail: [{ Type: 'registry', Name: 'catalog', Action: '*' }] }] },
      })
    })

    it('twice, several in one, and with what nobody knows among them add up', async () => {
      for (const scopes of [
        ['repository:samples/app:pull', 'repository:samples/app:metadata_read'],
        ['repository:samples/app:pull repository:samples/app:metadata_read'],
        ['repository:samples/app:pull,fly,metadata_read', 'registry:catalog:*', 'nonsense', ''],
        ['repository:samples/app:metadata_read', 'repository:samples/app:metadata_read'],
      ])
        expect((await show('samples/app', await tokenFor(...scopes))).status).toBe(200)
    })

    it('too many: the first hold, and for the others one asks again', async () => {
      const many = Array.from({ length: SCOPE_LIMIT - 1 }, (_, place) => `repository:many/r${place}:pull`)
      const scopes = ['repository:two/a:metadata_read', ...many, 'repository:two/b:metadata_read']
      for (const token of [await tokenFor(...scopes), await tokenFor(scopes.join(' '))]) {
        expect((await show('two/a', token)).status).toBe(200)
        const beyond = await show('two/b', token)
        expect(beyond.status).toBe(401)
        expect(beyond.headers['www-authenticate']).toContain('scope="repository:two/b:metadata_read"')
      }
      expect((await show('two/b', await tokenFor('repository:two/b:metadata_read'))).status).toBe(200)
    })
  })

  describe('names', () => {
    it.each([
      ['samples/app', 200, undefined],
      ['samples%2Fapp', 200, undefined],
      ['samples%2fapp', 200, undefined],
      ['Samples/App', 404, 'repository names must be lower-case'],
      ['samples%2FApp', 404, 'repository names must be lower-case'],
      ['samples%252Fapp', 404, '`samples%252Fapp` can’t be a part of a repository name'],
      ['s%C3%A4mples/app', 404, '`s%C3%A4mples` can’t be a part of a repository name'],
      ['samples//app', 404, 'the repository name has an empty part'],
      ['samples/app/', 404, 'the repository name has an empty part'],
      ['samples/app:v1', 404, '`app:v1` can’t be a part of a repository name'],
      ['samples/app/_tags/-v1', 404, 'no tag can have that name'],
      ['samples/app/_manifests/sha256:abc', 404, 'the digest is neither a sha256 nor a sha512 one'],
      [`samples/${'a'.repeat(248)}`, 404, 'the repository name has 256 characters; at most 255 are allowed'],
      [`samples/app/_tags/${'t'.repeat(129)}`, 404, 'no tag can have that name'],
      ['_deleted/samples/app/_manifests', 404, 'nothing that was deleted is kept here'],
    ])('%s is %i', async (path, status, says) => {
      const answer = await acr('GET', path)
      expect(answer.status).toBe(status)
      if (says !== undefined) expect(answer.json.errors[0].message.replaceAll("'", '’')).toContain(says)
    })

    it('the longest there may be works in every form', async () => {
      const name = `long/${'a'.repeat(250)}`
      await pushImage(server(), name, { as: ci(), site, tag: 'v1' })
      for (const path of [name, name.replace('/', '%2F')])
        expect(await acr('GET', `${path}/_tags`)).toMatchObject({ status: 200, json: { imageName: name } })
    })

    it('below /v2/ they are said as they are to docker', async () => {
      for (const [path, code] of [
        ['Samples/App/manifests/v1', 'NAME_INVALID'],
        ['samples//app/tags/list', 'NAME_INVALID'],
      ] as const) {
        const asDocker = await server().send('GET', `/v2/${path}`, { site, as: ci() })
        expect(asDocker).toMatchObject({ status: 400, json: { errors: [{ code }] } })
        const token = await tokenFor('repository:samples/app:*')
        const asAzure = await server().send('GET', `/v2/${path}`, { site, token })
        expect(asAzure).toMatchObject({
          status: 404,
          json: { errors: [{ code, message: asDocker.json.errors[0].message }] },
        })
      }
    })
  })

  describe('what is taken for a password', () => {
    const exchanged = async (form: readonly (readonly [string, string])[]) =>
      post('exchange', [['grant_type', 'access_token'], ...form])
    const refresh = async (): Promise<string> =>
      demand(await exchanged([['access_token', ci().secret]]), 200).json.refresh_token
    /** Everywhere that a name and a password are shown. */
    const doors = (as: Login): readonly Promise<Answer>[] => [
      server().send('GET', '/token', { site, as }),
      server().send('GET', '/oauth2/token?scope=repository:samples/app:pull', { site, as }),
      post('token', password(as)),
      server().send('GET', '/v2/', { site, as }),
      server().send('GET', '/acr/v1/samples/app', { site, as }),
    ]

    it('a refresh token is one, under the name of nobody and under any', async () => {
      for (const name of [NOBODY, 'anybody'])
        for (const answer of await Promise.all(doors({ name, secret: await refresh() })))
          expect(answer.status).toBe(200)
    })

    it('an access token is none, and that is said', async () => {
      const secret = await tokenFor('repository:samples/app:*')
      for (const answer of await Promise.all(doors({ name: NOBODY, secret }))) {
        expect(answer.status).toBe(401)
        expect(answer.json.errors[0].message).toBe(
          'an access token is no password: log in again with a token',
        )
      }
    })

    it('a token of another site is none, and nothing is told of it', async () => {
      const elsewhere = await server().send('POST', '/oauth2/exchange', {
        body: new URLSearchParams({ grant_type: 'access_token', access_token: ci().secret }).toString(),
      })
      const secret = demand(elsewhere, 200).json.refresh_token
      for (const answer of await Promise.all(doors({ name: NOBODY, secret }))) {
        expect(answer.status).toBe(401)
        expect(answer.json.errors[0].message).toContain('this login is not valid here')
      }
    })

    it('a registry token’s secret is one under its own name only, and may stand by itself where it is exchanged', async () => {
      const device = await server().registryToken('acme', 'device', { 'samples/*': READ })
      for (const answer of await Promise.all(doors({ ...device, name: NOBODY }))) {
        expect(answer.status).toBe(401)
        expect(answer.json.errors[0].message).toBe("this token's user name is `device`: log in with that")
      }
      expect((await exchanged([['access_token', device.secret]])).status).toBe(200)
    })
  })

  it('the token service names the field that is wrong, in both ways to read an error', async () => {
    for (const [path, form, says] of [
      ['token', [], '`grant_type` must be `password` or `refresh_token`'],
      ['token', [['grant_type', 'client_credentials']], '`grant_type` must be'],
      [
        'token',
        [...password(ci()), ['service', 'elsewhere.example']],
        'tokens for the service `elsewhere.example`',
      ],
      ['exchange', [], '`grant_type` must be `access_token`'],
      [
        'exchange',
        [
          ['grant_type', 'access_token'],
          ['access_token', ci().secret],
          ['service', 'elsewhere.example'],
        ],
        '`service` must be `acme.localhost:',
      ],
    ] as const) {
      const answer = await post(path, form)
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
      expect(answer.json.error_description).toContain(says)
      expect(answer.json.errors[0].message).toBe(answer.json.error_description)
    }
  })
})
