import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server answers; without a body, nothing. */
export type Answer = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>]

/** What it was asked: `GET /path`. */
export type Asked = {
  readonly line: string
  readonly authorization: string | undefined
  readonly body: string
}

export type Answers = {
  readonly url: string
  readonly asked: Asked[]
  close(): void
}

/** A server that answers as the API would on the wire; what the real one answers is the end-to-end tests' affair. */
export async function startAnswers(answer: (asked: Asked) => Answer | undefined): Promise<Answers> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { authorization } = request.headers
    const one = { line: `${request.method} ${request.url}`, authorization, body }
    asked.push(one)
    const [status, answered, headers = {}] = answer(one) ?? [500, 'not json']
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(answered === undefined ? '' : JSON.stringify(answered))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked, close: () => void server.close() }
}
