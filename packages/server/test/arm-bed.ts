import { beforeAll } from 'vitest'
import { subscriptionOf } from '../src/operations/azure-ids.ts'
import type { Answer } from './client.ts'
import { demand } from './images.ts'
import type { Server } from './server.ts'

type Asked = {
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown
  /** A management token, or nothing for nobody; a contributor's if not given. */
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** The organization `acme` as Azure's clients meet it on a server of `describeServer`: signed in, with a contributor and a reader. */
export function armBed(server: () => Server) {
  const tokens = new Map<string, string>()
  let subscription = ''
  beforeAll(async () => {
    const { id } = await server().organization('acme')
    subscription = subscriptionOf(id)
    for (const role of ['contributor', 'reader'] as const) {
      const { name, secret } = await server().servicePrincipal('acme', role)
      tokens.set(role, await signIn(name, secret))
    }
  })

  /** @returns a management token */
  async function signIn(id: string, secret: string): Promise<string> {
    const answer = await askAuthority({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
    })
    return demand(answer, 200).json.access_token
  }

  function askAuthority(form: Readonly<Record<string, string>>): Promise<Answer> {
    return server().send('POST', '/adfs/oauth2/token', { body: new URLSearchParams(form).toString() })
  }

  const registryId = () =>
    `/subscriptions/${subscription}/resourceGroups/acme/providers/Microsoft.ContainerRegistry/registries/acme`

  /** @param path below the registry, or from the root */
  function arm(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { body, headers } = asked
    const token = 'token' in asked ? asked.token : tokens.get('contributor')
    return server().send(method, path.startsWith('/') ? path : `${registryId()}/${path}`, {
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(token !== undefined && { token }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    })
  }

  /** A token of that name with a map of its own, made. */
  async function makeToken(
    name: string,
    actions: readonly string[] = ['repositories/samples/*/content/read'],
  ) {
    demand(await arm('PUT', `scopeMaps/${name}-scope-map`, { body: { properties: { actions } } }), 201)
    const body = { properties: { scopeMapId: `${registryId()}/scopeMaps/${name}-scope-map` } }
    demand(await arm('PUT', `tokens/${name}`, { body }), 201)
  }

  /** New passwords of a token, as `generateCredentials` shows them. */
  async function generate(name: string, more: object = {}) {
    const body = { tokenId: `${registryId()}/tokens/${name}`, ...more }
    return demand(await arm('POST', 'generateCredentials', { body }), 200).json
  }

  return {
    arm,
    askAuthority,
    signIn,
    registryId,
    subscription: () => subscription,
    reader: () => tokens.get('reader'),
    contributor: () => tokens.get('contributor'),
    makeToken,
    generate,
  }
}
