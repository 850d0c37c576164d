/** Every kind of change that must be in force everywhere soon: how it is made, and how a client finds out. */
import type { Answer } from '../../../packages/server/test/client.ts'
import { pushImage } from '../../../packages/server/test/images.ts'
import { loginOf, type Company } from './company.ts'

/** Something that is allowed or not. */
export type Change = {
  /** Asks a replica to allow or to forbid it. */
  readonly set: (at: number, allowed: boolean) => Promise<unknown>
  /** What a client is answered there, by its status. */
  readonly see: (at: number) => Promise<number>
  readonly allowed: number
  readonly forbidden: number
}

export type Changes = Readonly<Record<string, Change>>

const PULL = ['scope-image-pull']

export async function prepareChanges(company: Company): Promise<Changes> {
  const { admin, robot, send } = company
  for (const name of ['app', 'locked', 'shown'])
    await pushImage({ send: (method, path, sent) => send(0, method, path, sent) }, `acme/${name}`, {
      as: robot,
      tag: 'v1',
    })
  const call = async (at: number, method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await send(at, method, `/api/v1${path}`, {
      token: admin.bearer,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }
  const issue = (label: string, more: object) => admin.organizationToken('acme', label, more)
  const toApp = (repository: string) => ({ repositories: [{ repository, permissions: PULL }] })
  const toMap = (repository: string) => ({
    type: 'repositories',
    repositories: [{ repository, permissions: ['content/read'] }],
  })
  const [granted, switched, upstream] = [
    await issue('granted', toApp('app')),
    await issue('switched', toApp('app')),
    await issue('upstream', { upstreams: [{ repository: 'docker.io/*', permissions: PULL }] }),
  ]
  const device = async (name: string) => {
    const sent = { kind: 'registry-token', organization: 'acme', name, rights: toMap('app') }
    const { token, secrets } = (await call(0, 'POST', '/tokens', sent)).json
    return { path: `/tokens/${token.id}`, credentials: { username: name, password: secrets[0].value } }
  }
  const mapped = await device('mapped')
  const changing = await device('changing')
  let password = changing.credentials
  const mel = await admin.person('mel', { acme: 'editor' })
  const mels = await mel.personalToken('laptop', [{ repository: '*', permissions: ['repo:read'] }])
  let revocable = await issue('revocable', toApp('app'))
  const manifest =
    (image: string, credentials?: { readonly username: string; readonly password: string }) =>
    async (at: number) => {
      const as = credentials === undefined ? {} : { as: loginOf(credentials) }
      return (await send(at, 'GET', `/v2/${image}/manifests/v1`, as)).status
    }

  return {
    'a grant': {
      set: (at, allowed) => call(at, 'PATCH', `/tokens/${granted.id}`, toApp(allowed ? 'app' : 'other')),
      see: manifest('acme/app', granted.credentials),
      allowed: 200,
      forbidden: 403,
    },
    'a revocation': {
      async set(at, allowed) {
        if (allowed) revocable = await issue('revocable', toApp('app'))
        else await call(at, 'DELETE', `/tokens/${revocable.id}`)
      },
      see: (at) => manifest('acme/app', revocable.credentials)(at),
      allowed: 200,
      forbidden: 401,
    },
    'a deactivation': {
      set: (at, allowed) =>
        call(at, 'PATCH', `/tokens/${switched.id}`, { status: allowed ? 'active' : 'inactive' }),
      see: manifest('acme/app', switched.credentials),
      allowed: 200,
      forbidden: 401,
    },
    'a scope map': {
      set: (at, allowed) =>
        call(at, 'PATCH', '/organizations/acme/scope-maps/mapped-scope-map', {
          [allowed ? 'add' : 'remove']: toMap('app').repositories,
        }),
      see: manifest('acme/app', mapped.credentials),
      allowed: 200,
      forbidden: 403,
    },
    'a password': {
      async set(at, allowed) {
        const path = `${changing.path}/passwords`
        if (!allowed) return void (await call(at, 'DELETE', `${path}/password1`))
        const { secrets } = (await call(at, 'POST', path, { names: ['password1'] })).json
        password = { ...password, password: secrets[0].value }
      },
      see: (at) => manifest('acme/app', password)(at),
      allowed: 200,
      forbidden: 401,
    },
    'a policy': {
      set: (at, allowed) =>
        call(at, 'PUT', '/organizations/acme/policies/image-access', {
          policy: { mode: allowed ? 'off' : 'enforce' },
        }),
      see: manifest('docker.io/evil/app', upstream.credentials),
      // Allowed, but this server fetches from nowhere.
      allowed: 404,
      forbidden: 403,
    },
    'a lock': {
      set: (at, allowed) =>
        call(at, 'PATCH', '/organizations/acme/repository-locks/locked', { readEnabled: allowed }),
      see: manifest('acme/locked', { username: robot.name, password: robot.secret }),
      allowed: 200,
      forbidden: 403,
    },
    'a membership': {
      set: (at, allowed) =>
        allowed
          ? call(at, 'PUT', '/organizations/acme/members/mel', { role: 'editor' })
          : call(at, 'DELETE', '/organizations/acme/members/mel'),
      see: manifest('acme/app', mels.credentials),
      allowed: 200,
      forbidden: 403,
    },
    'a visibility': {
      set: (at, allowed) =>
        call(at, 'PATCH', '/organizations/acme/repositories/shown', {
          visibility: allowed ? 'public' : 'private',
        }),
      see: manifest('acme/shown'),
      allowed: 200,
      forbidden: 401,
    },
  }
}
