/** A tiny client of the registry's protocol: sends exactly what it is told to, and gives back all that came. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { parseChallenges } from '@wharden/oci'

export type Answer = {
  readonly status: number
  /** The reason phrase, where containerd looks for the words of a refusal. */
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** The body as JSON; a test knows what it asked for. */
  // oxlint-disable-next-line no-explicit-any
  readonly json: any
}

/** A name and a secret, as `docker login` keeps them. */
export type Login = { readonly name: string; readonly secret: string }

export type Sent = {
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Sent as Basic. */
  readonly as?: Login
  /** Sent as Bearer. */
  readonly token?: string
  /** Another name than the server's own, as `acme.localhost`. */
  readonly site?: string
  /** Without a Content-Length, as who streams sends it. */
  readonly chunked?: boolean
}

export type TokenWish = {
  readonly as?: Login
  readonly scope?: string | readonly string[]
  readonly service?: string
  readonly site?: string
  readonly offline?: boolean
}

export type Client = {
  /** `path` goes over the wire as it is: nothing is normalized. Connections are kept alive. */
  readonly send: (method: string, path: string, sent?: Sent) => Promise<Answer>
  /** An access token; throws unless it is given. */
  readonly token: (wish?: TokenWish) => Promise<string>
  /** As docker and containerd do it: without a token first, then with one for the scopes of the challenge. */
  readonly sendLikeDocker: (method: string, path: string, sent?: Sent) => Promise<Answer>
  readonly close: () => void
}

export function createClient(port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  function send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const request = httpRequest({
      agent,
      method,
      path,
      host: '127.0.0.1',
      port,
      headers: headersOf(sent, port),
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve(
          answerOf(
            response.statusCode ?? 0,
            response.statusMessage ?? '',
            response.headers,
            Buffer.concat(chunks),
          ),
        ),
      )
    })
    if (sent.chunked === true) request.flushHeaders()
    request.end(sent.body)
    return promise
  }

  async function token({ as, scope = [], service, site, offline }: TokenWish = {}): Promise<string> {
    const query = new URLSearchParams(service === undefined ? {} : { service })
    for (const one of typeof scope === 'string' ? [scope] : scope) query.append('scope', one)
    if (offline === true) query.set('offline_token', 'true')
    const answer = await send('GET', `/token?${query.toString()}`, {
      ...(as !== undefined && { as }),
      ...(site !== undefined && { site }),
    })
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`)
    return answer.json.token
  }

  async function sendLikeDocker(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { as, site, ...rest } = sent
    const where = site === undefined ? {} : { site }
    const first = await send(method, path, { ...rest, ...where })
    const [challenge] = parseChallenges(first.headers['www-authenticate'] ?? '')
    if (first.status !== 401 || challenge === undefined) return first
    const service = challenge.parameters.get('service') ?? ''
    const scope = challenge.parameters.get('scope') ?? ''
    const who = as === undefined ? {} : { as }
    return send(method, path, {
      ...rest,
      ...where,
      token: await token({ service, scope, ...who, ...where }),
    })
  }

  return { send, token, sendLikeDocker, close: () => agent.destroy() }
}

function headersOf({ as, token, site = 'localhost', headers = {}, chunked, body }: Sent, port: number) {
  return {
    host: `${site}:${port}`,
    ...(as !== undefined && { authorization: basic(as) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(chunked === true
      ? { 'transfer-encoding': 'chunked' }
      : body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mutable(value)])),
  }
}

function mutable(value: string | readonly string[]): string | string[] {
  return typeof value === 'string' ? value : [...value]
}

export function basic({ name, secret }: Login): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`
}

export function answerOf(status: number, reason: string, headers: IncomingHttpHeaders, body: Buffer): Answer {
  const text = body.toString('utf8')
  const isJson = /[/+]json/.test(headers['content-type'] ?? '') && text !== ''
  return { status, reason, headers, body, text, json: isJson ? JSON.parse(text) : undefined }
}
