import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** Requests to one server, some at once, over connections that stay. */
export type Administration = {
  /** @throws with what was answered unless it is a success */
  readonly call: (method: string, path: string, body?: object) => Promise<unknown>
  /**
   * A token for a scope, as OAuth2 clients ask for one: what is granted is decided for them. https://docs.docker.com/reference/api/registry/auth/
   * @returns the scope that is granted
   */
  readonly logIn: (credentials: Credentials, scope: string, port?: number) => Promise<string>
  readonly close: () => void
}

export type Credentials = { readonly username: string; readonly password: string }

type Asked = {
  readonly port?: number | undefined
  readonly method: string
  readonly path: string
  readonly authorization?: string
  readonly body?: object | undefined
}

/** @param bearer what the administration API takes */
export function openAdministration(port: number, bearer: string, atOnce: number): Administration {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })

  async function ask({ port: door = port, method, path, authorization, body }: Asked): Promise<unknown> {
    const content = body instanceof URLSearchParams ? body.toString() : JSON.stringify(body)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    request(
      {
        agent,
        port: door,
        host: '127.0.0.1',
        method,
        path,
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
          'content-type': body instanceof URLSearchParams ? FORM : 'application/json',
        },
      },
      (response) =>
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject),
    )
      .on('error', reject)
      .end(content)
    const { status, answer } = await promise
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${answer}`)
    return answer === '' ? undefined : JSON.parse(answer)
  }

  return {
    call: (method, path, body) =>
      ask({ method, path: `/api/v1${path}`, authorization: `Bearer ${bearer}`, body }),
    async logIn({ username, password }, scope, door) {
      const form = { grant_type: 'password', client_id: 'bench', username, password, scope }
      const answer = await ask({
        port: door,
        method: 'POST',
        path: '/token',
        body: new URLSearchParams(form),
      })
      return (answer as { readonly scope: string }).scope // as the token service answers
    },
    close: () => agent.destroy(),
  }
}

type Answer = { readonly status: number; readonly answer: string }

const FORM = 'application/x-www-form-urlencoded'
