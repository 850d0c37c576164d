/**
 * What somebody is told whose secret matched and who isn't let in all the same: the sentence that helps, at every door, and the
 * same at each. Nothing of it is said before the secret has matched.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { mintSecret } from '../src/identity/secret.ts'
import { basic, type Answer, type Login, type Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { pushImage } from './images.ts'

/** Where a name and a secret are shown. */
const DOORS = [
  'GET /token',
  'POST /token',
  'GET /oauth2/token',
  'POST /oauth2/token',
  'GET /v2/',
  'GET /acr/v1/_catalog',
  'GET /api/v1/sessions/current',
] as const
type Door = (typeof DOORS)[number]

describeServer('a sign-in that is refused', (server) => {
  let all: Issued
  let made = 0
  const fresh = (name: string) => `${name}-${(made += 1)}`

  beforeAll(async () => {
    await server().organization('acme')
    all = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: all, tag: 'v1' })
  })

  function knock(door: Door, { name, secret }: Login): Promise<Answer> {
    const [method = '', path = ''] = door.split(' ')
    if (method === 'GET') {
      return server().send(method, path, { headers: { authorization: basic({ name, secret }) } })
    }
    const form = new URLSearchParams({ grant_type: 'password', username: name, password: secret })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return server().send(method, path, { body: form.toString(), headers })
  }

  const said = ({ json }: Answer): string => json.errors?.[0]?.message ?? json.message
  const unknown = (kind: 'oat' | 'pat' | 'rgt') => mintSecret(kind).text.reveal()
  const NOT_KNOWN = 'this token is not known here: it was deleted or replaced, or belongs to another server'

  async function deactivated(): Promise<Login> {
    const token = await server().oat('acme', { app: READ }, { name: 'old' })
    await server().revoke(token)
    return token
  }
  async function dismissed(name: string): Promise<Login> {
    const user = await server().user(name, { acme: 'owner' })
    const token = await server().pat(user, 'repo:read')
    await server().deactivateUser(user)
    return token
  }
  const expiring = () => server().oat('acme', { app: READ }, { name: 'gone', expiresAt: server().now() - 1 })
  const device = (name: string) => server().registryToken('acme', fresh(name), { app: READ })
  const stalePassword = () =>
    server().registryToken('acme', fresh('device'), { app: READ }, { secretExpiresAt: server().now() - 1 })
  async function disabled(): Promise<Login> {
    const token = await device('off')
    await server().revoke(token)
    return token
  }

  const cases: readonly (readonly [string, () => Promise<Login>, RegExp | string])[] = [
    [
      'another user name than the organization’s',
      async () => ({ ...all, name: 'olga' }),
      "this token's user name is `acme`: log in with that",
    ],
    [
      'the name of another organization',
      async () => ({ ...all, name: 'nowhere' }),
      "this token's user name is `acme`: log in with that",
    ],
    [
      'a deactivated token',
      deactivated,
      'the token `old` is deactivated: ask an owner to activate it, or for a new one',
    ],
    [
      'a token that has expired',
      expiring,
      /^the token `gone` expired on \d{4}-\d\d-\d\d: ask for a new one$/,
    ],
    [
      'a registry token’s password that has expired',
      stalePassword,
      /^this password of the token `device-\d+` expired on \d{4}-\d\d-\d\d: ask an owner to generate a new one$/,
    ],
    [
      'a registry token’s password that was deleted',
      async () => ({ name: 'device', secret: unknown('rgt') }),
      'this password is not known here: it was deleted or replaced, or belongs to another server',
    ],
    [
      'another name than the registry token’s',
      async () => ({ ...(await device('named')), name: 'other' }),
      /^this token's user name is `named-\d+`: log in with that$/,
    ],
    [
      'a registry token that is disabled',
      disabled,
      /^the token `off-\d+` is disabled: ask an owner to enable it, or for a new one$/,
    ],
    [
      'the token of a disabled person',
      () => dismissed(fresh('dan')),
      /^the user `dan-\d+` is disabled: ask an installation administrator to enable them again$/,
    ],
    ['a token that nobody was given', async () => ({ name: 'acme', secret: unknown('oat') }), NOT_KNOWN],
    [
      'the same, for a name that isn’t there',
      async () => ({ name: 'nowhere', secret: unknown('oat') }),
      NOT_KNOWN,
    ],
    [
      'a token cut short',
      async () => ({ ...all, secret: all.secret.slice(0, -1) }),
      'this token is damaged: a part of it is missing or mistyped',
    ],
  ]

  describe.each(DOORS)('%s', (door) => {
    it.each(cases)('%s', async (_, wrong, says) => {
      const answer = await knock(door, await wrong())
      expect(answer.status).toBe(401)
      expect(said(answer)).toEqual(typeof says === 'string' ? says : expect.stringMatching(says))
    })
  })

  describe('at the registry, of somebody who signs in all right', () => {
    const pull = (sent: Sent) => server().send('GET', '/v2/acme/app/manifests/v1', sent)

    /** A personal token of somebody who may pull, by their role or their group. */
    async function someone(role: 'owner' | 'member', inGroup = false) {
      const user = await server().user(fresh('ann'), { acme: role })
      const token = await server().pat(user, 'repo:read')
      const group = inGroup ? await server().group('acme', fresh('crew'), [user], { app: 'read' }) : undefined
      expect((await pull({ as: token })).status).toBe(200)
      return { user, token, group }
    }

    it.each<readonly [string, () => Promise<Sent>, string]>([
      [
        'who is no member any more',
        async () => {
          const { user, token } = await someone('owner')
          await server().role('acme', user, undefined)
          return { as: token }
        },
        'its user is no member of acme; ask an owner of acme for an invite',
      ],
      [
        'whose group is gone',
        async () => {
          const { token, group } = await someone('member', true)
          if (group !== undefined) await server().deleteGroup('acme', group)
          return { as: token }
        },
        'no role or group of its user gives anything there; ask an owner of acme for access, or for a group that has it',
      ],
      [
        'who was taken out of their group',
        async () => {
          const { user, token, group } = await someone('member', true)
          if (group !== undefined) await server().leaveGroup('acme', group, user)
          return { as: token }
        },
        'no role or group of its user gives anything there; ask an owner of acme for access, or for a group that has it',
      ],
      [
        'whose personal token the organization keeps out',
        async () => {
          const { token } = await someone('owner')
          await server().bar('acme', token)
          return { as: token }
        },
        "access denied: organization acme doesn't admit personal access token",
      ],
      [
        'who was disabled since',
        async () => {
          const { user, token: as } = await someone('owner')
          const token = await server().token({ as, scope: 'repository:acme/app:pull' })
          await server().deactivateUser(user)
          return { token }
        },
        'is disabled; ask an installation administrator to enable them again',
      ],
    ])('%s', async (_, prepare, says) => {
      const refused = await pull(await prepare())
      expect(refused.status).toBe(403)
      expect(said(refused)).toContain(says)
      expect(refused.reason).toBe(said(refused))
    })
  })
})
