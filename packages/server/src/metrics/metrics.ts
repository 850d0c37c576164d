/**
 * Prometheus metrics, served on a listener of their own: what is measured here is nobody's business but the operator's,
 * and a registry that allows anonymous pulls must not allow anonymous metrics with them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Face = 'registry' | 'token' | 'admin' | 'other'

export type Metrics = {
  readonly request: (face: Face, method: string, status: number, milliseconds: number) => void
  /** A run of garbage collection on this server; `endedAt` in milliseconds since 1970. */
  readonly collected: (run: Collected) => void
  readonly serve: (
    address: string,
    port: number,
  ) => Promise<{ readonly port: number; readonly close: () => Promise<void> }>
}

export type Collected = {
  readonly blobs: number
  readonly bytes: number
  readonly keys: number
  readonly endedAt: number | null
}

export type Gauges = {
  readonly droppedActivity: () => number
  readonly unconfirmedMilliseconds: () => number
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'wharden_requests_total',
    help: 'Requests answered, by face, method and status',
    labelNames: ['face', 'method', 'status'] as const,
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'wharden_request_seconds',
    help: 'How long requests took, from the first byte in to the last byte out',
    labelNames: ['face', 'method'] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers: [registry],
  })
  const collected = {
    blobs: counter('wharden_gc_blobs_deleted_total', 'Blobs deleted because nothing needed them'),
    bytes: counter('wharden_gc_bytes_deleted_total', 'Bytes of these blobs'),
    keys: counter(
      'wharden_gc_keys_deleted_total',
      'Keys deleted from the blob store, cancelled uploads included',
    ),
    runs: counter('wharden_gc_runs_total', 'Runs of garbage collection that came to their end'),
  }
  const lastRun = new Gauge({
    name: 'wharden_gc_last_run_seconds',
    help: 'When the last one on this server ended, in seconds since 1970; only one server of several collects',
    registers: [registry],
  })
  gauge(
    'wharden_activity_dropped_total',
    'Activity rows let go because they came faster than they could be written',
    gauges.droppedActivity,
  )
  gauge(
    'wharden_generation_unconfirmed_seconds',
    'How long ago it was last certain that no change had been missed; above 5 this server denies',
    () => gauges.unconfirmedMilliseconds() / 1_000,
  )

  function counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [registry] })
  }

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }

  return {
    request(face, method, status, milliseconds) {
      // Methods are the client's to invent: unknown ones share a label, or they could fill the memory.
      const known = METHODS.has(method) ? method : 'other'
      requests.inc({ face, method: known, status })
      durations.observe({ face, method: known }, milliseconds / 1_000)
    },
    collected({ blobs, bytes, keys, endedAt }) {
      collected.blobs.inc(blobs)
      collected.bytes.inc(bytes)
      collected.keys.inc(keys)
      collected.runs.inc()
      if (endedAt !== null) lastRun.set(endedAt / 1_000)
    },
    serve: (address, port) => serve(registry, address, port),
  }
}

async function serve(registry: Registry, address: string, port: number) {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
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
