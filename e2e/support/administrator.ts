/** What an administrator does, by the administration API and nothing else. */
import type { Credentials } from './clients/client.ts'
import type { Wharden } from './wharden.ts'

type Rule = { readonly repository: string; readonly permissions: readonly string[] }

export type IssuedToken = { readonly id: string; readonly credentials: Credentials }

export type Administrator = {
  /** Any request; throws with what was answered unless it is a success. */
  call(method: string, path: string, body?: object): Promise<unknown>
  organization(name: string): Promise<void>
  registryToken(
    organization: string,
    name: string,
    repositories: readonly Rule[],
    upstreams?: readonly Rule[],
  ): Promise<IssuedToken>
  organizationToken(organization: string, label: string, more: object): Promise<IssuedToken>
  /** Of the administrator, who owns every organization made here. */
  personalToken(label: string, repositories: readonly Rule[]): Promise<IssuedToken>
  deleteToken(id: string): Promise<void>
}

const ADMINISTRATOR = { user: 'olga', password: 'correct horse battery staple' }

/** Sets the installation up, or signs in where that was done before. */
export async function administer(server: Wharden): Promise<Administrator> {
  const secret = server.setupSecret
  const session =
    secret === undefined
      ? await send(server, undefined, 'POST', '/sessions', ADMINISTRATOR)
      : (await send(server, undefined, 'POST', '/setup', { secret, ...ADMINISTRATOR })).session
  const bearer: string = session.secret
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
    organization: async (name) => void (await call('POST', '/organizations', { name })),
    registryToken: (organization, name, repositories, upstreams = []) =>
      issue({
        kind: 'registry-token',
        organization,
        name,
        rights: { type: 'repositories', repositories },
        upstreams,
      }),
    organizationToken: (organization, label, more) => issue({ kind: 'oat', organization, label, ...more }),
    personalToken: (label, repositories) => issue({ kind: 'pat', label, repositories }),
    deleteToken: async (id) => void (await call('DELETE', `/tokens/${id}`)),
  }
}

async function send(
  server: Wharden,
  bearer: string | undefined,
  method: string,
  path: string,
  body?: object,
) {
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
