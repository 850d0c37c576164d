/** The wire between a client and a server, for tests that break it: cut, or silent as a network that swallows everything. */
import { once } from 'node:events'
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

export type TcpLine = {
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends every connection that goes through it. */
  readonly cut: () => void
  /** Nothing passes any more, in either direction, and nobody is told. New connections are accepted, and silent too. */
  readonly silence: () => void
  /** What was held back passes. `forNew`: only new connections work, those there are stay silent for ever. */
  readonly restore: (forNew?: 'forNew') => void
  readonly close: () => Promise<void>
}

type Pair = { readonly near: Socket; readonly far: Socket }

export async function openTcpLine(target: NetConnectOpts): Promise<TcpLine> {
  const pairs = new Set<Pair>()
  const waiting = new Set<Socket>()
  let silent = false
  const server = createServer((near) => {
    near.on('error', () => undefined)
    if (!silent) return join(near)
    waiting.add(near)
    near.pause()
    near.once('close', () => waiting.delete(near))
  })

  function join(near: Socket): void {
    const far = connect(target)
    const pair = { near, far }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', end)
      from.on('close', end)
      from.on('data', (chunk) => {
        if (!to.write(chunk)) from.pause()
      })
      to.on('drain', () => {
        if (!silent) from.resume()
      })
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      for (const { near } of pairs) near.destroy()
    },
    silence() {
      silent = true
      for (const { near, far } of pairs) {
        near.pause()
        far.pause()
      }
    },
    restore(forNew) {
      silent = false
      for (const near of waiting) join(near)
      waiting.clear()
      if (forNew !== undefined) return
      for (const { near, far } of pairs) {
        near.resume()
        far.resume()
      }
    },
    async close() {
      for (const near of waiting) near.destroy()
      for (const { near } of pairs) near.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
