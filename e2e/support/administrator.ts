/** What an administrator does, by the administration API and nothing else. */
import type { Credentials } from './clients/client.ts'
import type { LaunchedWharden } from './launch-wharden.ts'

type Server = Pick<LaunchedWharden, 'url' | 'setupSecret'>
type Rule = { readonly repository: string; readonly permissions: readonly string[] }

export type IssuedToken = { readonly id: string; readonly credentials: Credentials }

/** The user name is the client id. */
export type ServicePrincipal = Credentials & { readonly tenant: string }

export type Administrator = {
  /** Any request; throws with what was answered unless it is a success. */
  call(method: string, path: string, body?: object): Promise<unknown>
  /** What the administration API takes as a bearer token. */
  readonly bearer: string
  organization(name: string): Promise<void>
  registryToken(
    organization: string,
    name: string,
    repositories: readonly Rule[],
    upstreams?: readonly Rule[],
    more?: object,
  ): Promise<IssuedToken>
  organizationToken(organization: string, label: string, more: object): Promise<IssuedToken>
  /** Of whoever this is; the administrator owns every organization made here. */
  personalToken(label: string, repositories: readonly Rule[], more?: object): Promise<IssuedToken>
  deleteToken(id: string): Promise<void>
  servicePrincipal(
    organization: string,
    name: string,
    role: 'contributor' | 'reader',
  ): Promise<ServicePrincipal>
  /** Makes a user with roles in organizations, and what they do by the same API. */
  person(name: string, roles: Readonly<Record<string, string>>): Promise<Administrator>
}

/** Everybody's here. */
export const PASSWORD = 'correct horse battery staple'
const ADMINISTRATOR = { user: 'olga', password: PASSWORD }

/** Sets the installation up, or signs in where that was done before. */
export async function administer(server: Server): Promise<Administrator> {
  const secret = server.setupSecret
  const session =
    secret === undefined
      ? await send(server, undefined, 'POST', '/sessions', ADMINISTRATOR)
      : (await send(server, undefined, 'POST', '/setup', { secret, ...ADMINISTRATOR })).session
  return signedIn(server, session.secret)
}

function signedIn(server: Server, bearer: string): Administrator {
  const call = (method: string, path: string, body?: object) => send(server, bearer, method, path, body)
  const issue = async (body: object): Promise<IssuedToken> => {
    const issued = await call('POST', '/tokens', body)
    return {
      id: issued.token.id,
      credentials: { username: issued.login.username, password: issued.secrets[0].value },
    }
  }
  return {
    call,
    bearer,
    organization: async (name) => void (await call('POST', '/organizations', { name })),
    registryToken: (organization, name, repositories, upstreams = [], more = {}) =>
      issue({
        kind: 'registry-token',
        organization,
        name,
        rights: { type: 'repositories', repositories },
        upstreams,
        ...more,
      }),
    organizationToken: (organization, label, more) => issue({ kind: 'oat', organization, label, ...more }),
    personalToken: (label, repositories, more) => issue({ kind: 'pat', label, repositories, ...more }),
    deleteToken: async (id) => void (await call('DELETE', `/tokens/${id}`)),
    servicePrincipal: async (organization, name, role) => {
      const path = `/organizations/${organization}/service-principals`
      const { servicePrincipal, secret } = await call('POST', path, { name, role })
      return { username: servicePrincipal.id, password: secret, tenant: servicePrincipal.tenant }
    },
    person: async (name, roles) => {
      await call('POST', '/users', { name, password: PASSWORD })
      for (const [organization, role] of Object.entries(roles))
        await call('PUT', `/organizations/${organization}/members/${name}`, { role })
      const session = await send(server, undefined, 'POST', '/sessions', { user: name, password: PASSWORD })
      return signedIn(server, session.secret)
    },
  }
}

async function send(server: Server, bearer: string | undefined, method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
