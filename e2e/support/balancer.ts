/**
 * A load balancer as small as one can be: connections in turn to the servers that are ready, asked every tenth of a second. It
 * never looks into what it passes on.
 */
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'

export type Balancer = {
  /** On 127.0.0.1. */
  readonly port: number
  /** Which servers it knows, by their ports. */
  readonly serve: (ports: readonly number[]) => void
  readonly close: () => Promise<void>
}

const INTERVAL = 100

export async function openBalancer(): Promise<Balancer> {
  let ports: readonly number[] = []
  let ready: readonly number[] = []
  let turn = 0
  const sockets = new Set<Socket>()

  async function look(): Promise<void> {
    const answers = await Promise.all(ports.map(isReady))
    ready = ports.filter((_, index) => answers[index])
  }

  const server = createServer((client) => {
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
    client.on('error', () => undefined)
    turn += 1
    pass(client, [...ready.slice(turn % Math.max(ready.length, 1)), ...ready])
  })

  /** To the first that takes it. */
  function pass(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy()
    const upstream = connect({ port, host: '127.0.0.1' })
    const refused = () => pass(client, others)
    upstream.once('error', refused)
    upstream.once('connect', () => {
      upstream.off('error', refused)
      upstream.on('error', () => undefined)
      // An end is passed on when all before it has been: `pipe` does both.
      client.pipe(upstream).pipe(client)
      client.on('close', () => upstream.destroy())
      upstream.on('close', () => client.destroySoon())
    })
  }

  const looking = setInterval(() => void look(), INTERVAL)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    serve(some) {
      ports = some
      ready = some
    },
    async close() {
      clearInterval(looking)
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const asked = request({ port, host: '127.0.0.1', path: '/health/ready', agent: false, timeout: 2_000 })
  asked.on('response', (response) => {
    response.resume()
    resolve(response.statusCode === 200)
  })
  asked.on('timeout', () => asked.destroy())
  asked.on('error', () => resolve(false))
  asked.end()
  return promise
}
