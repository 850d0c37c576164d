/**
 * Prometheus metrics, served on a listener of their own: what is measured here is nobody's business but the operator's,
 * and a registry that allows anonymous pulls must not allow anonymous metrics with them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Tally } from './tally.ts'

type Where = { readonly address: string; readonly port: number }

/** @param house asked at each scrape */
export async function serveMetrics(tally: Tally, house: () => Promise<string>, { address, port }: Where) {
  let process: Promise<() => Promise<string>> | undefined
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    process ??= openProcessMetrics()
    Promise.all([house(), process.then((text) => text())])
      .then((texts) => [tally.text(), ...texts].join('\n'))
      .then(
        (text) => response.writeHead(200, { 'content-type': TYPE }).end(text),
        () => response.writeHead(500).end(),
      )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, resolve)
  })
  // A TCP server listens on an address with a port, never on a pipe.
  const bound = server.address() as AddressInfo
  return {
    port: bound.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The process's and Node's usual numbers. Loaded when first asked for: 15 MB and 60 ms that nobody may ever want. */
async function openProcessMetrics(): Promise<() => Promise<string>> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return () => registry.metrics()
}
