// A store that fails, for tests: a proxy before a real one. What it does to a request is decided as each one comes.

import { once } from 'node:events'
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

export type Fault =
  | { readonly type: 'answer'; readonly status: number; readonly code: string }
  /** The connection ends before an answer. */
  | { readonly type: 'drop' }
  /** No answer, ever. */
  | { readonly type: 'hang' }
  /** The store does it, and nobody hears of it. */
  | { readonly type: 'deaf' }
  /** The answer's body ends in the middle. */
  | { readonly type: 'cut' }

export type Seen = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export type Proxy = {
  readonly endpoint: string
  /** Every request that came. */
  readonly seen: readonly Seen[]
  /** Undefined: none. */
  fault: (method: string, url: string) => Fault | undefined
  readonly close: () => Promise<void>
}

const CUT_AFTER = 100_000

export async function startProxy(target: string): Promise<Proxy> {
  const seen: Seen[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming
    seen.push({ method, url, headers })
    treat(proxy.fault(method, url), target, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A TCP server listens on an address with a port, never on a pipe.
  const { port } = server.address() as AddressInfo
  const proxy: Proxy = {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    fault: () => undefined,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

async function treat(
  fault: Fault | undefined,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault?.type === 'drop') return void incoming.destroy()
  if (fault?.type === 'hang') return void incoming.resume()
  if (fault?.type === 'answer') {
    for await (const _ of incoming);
    const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>it fails</Message></Error>`
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body)
    return
  }
  const { method = 'GET', url = '/', headers } = incoming
  const passed = request(new URL(url, target), { method, headers, agent: false })
  incoming.pipe(passed)
  const [answer] = await once(passed, 'response')
  if (fault?.type === 'deaf') {
    for await (const _ of answer);
    return void incoming.socket.destroy()
  }
  outgoing.writeHead(answer.statusCode, answer.headers)
  if (fault?.type === 'cut') {
    let left = CUT_AFTER
    for await (const chunk of answer) {
      outgoing.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) break
    }
    return incoming.socket.destroySoon()
  }
  await pipeline(answer, outgoing)
}
