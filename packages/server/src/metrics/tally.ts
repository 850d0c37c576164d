/** Our own numbers, kept as plain numbers: they are counted at every request, and asked for every few seconds at most. */

import { metric } from './metric.ts'

export type Face = 'registry' | 'token' | 'admin' | 'other'

/** A run of garbage collection on this server; `endedAt` in milliseconds since 1970. */
export type Collected = {
  readonly blobs: number
  readonly bytes: number
  readonly keys: number
  readonly endedAt: number | null
}

export type Tally = {
  readonly request: (face: Face, method: string, status: number, milliseconds: number) => void
  readonly collected: (run: Collected) => void
  /** Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  readonly text: () => string
}

export type Gauges = {
  readonly droppedActivity: () => number
  readonly unconfirmedMilliseconds: () => number
  readonly blobsFailingMilliseconds: () => number
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Upper bounds, in seconds. */
const BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]

/** How many took at most as long as each bucket says and longer than the one before; the last: longer than all. */
type Durations = { readonly counts: number[]; seconds: number }

export function createTally(gauges: Gauges): Tally {
  const answered = new Map<string, number>()
  const durations = new Map<string, Durations>()
  const sum = { blobs: 0, bytes: 0, keys: 0, runs: 0, endedAt: 0 }

  function text(): string {
    const { blobs, bytes, keys, runs, endedAt } = sum
    return [
      metric(
        'wharden_requests_total',
        'counter',
        'Requests answered, by face, method and status',
        [...answered].map(([labels, count]) => `{${labels}} ${count}`),
      ),
      metric(
        'wharden_request_seconds',
        'histogram',
        'How long requests took, from the first byte in to the last byte out',
        [...durations].flatMap(([labels, kept]) => histogram(labels, kept)),
      ),
      metric('wharden_gc_blobs_deleted_total', 'counter', 'Blobs deleted because nothing needed them', [
        ` ${blobs}`,
      ]),
      metric('wharden_gc_bytes_deleted_total', 'counter', 'Bytes of these blobs', [` ${bytes}`]),
      metric(
        'wharden_gc_keys_deleted_total',
        'counter',
        'Keys deleted from the blob store, cancelled uploads included',
        [` ${keys}`],
      ),
      metric('wharden_gc_runs_total', 'counter', 'Runs of garbage collection that came to their end', [
        ` ${runs}`,
      ]),
      metric(
        'wharden_gc_last_run_seconds',
        'gauge',
        'When the last one on this server ended, in seconds since 1970; only one server of several collects',
        [` ${endedAt / 1_000}`],
      ),
      metric(
        'wharden_activity_dropped_total',
        'gauge',
        'Activity rows let go because they came faster than they could be written',
        [` ${gauges.droppedActivity()}`],
      ),
      metric(
        'wharden_generation_unconfirmed_seconds',
        'gauge',
        'How long ago it was last certain that no change had been missed; above 5 this server denies',
        [` ${gauges.unconfirmedMilliseconds() / 1_000}`],
      ),
      metric(
        'wharden_blob_store_failing_seconds',
        'gauge',
        'Since when the bucket of blobs fails whoever asks it; 0 while it answers. Whatever needs no bytes goes on',
        [` ${gauges.blobsFailingMilliseconds() / 1_000}`],
      ),
    ].join('\n')
  }

  return {
    text,
    request(face, method, status, milliseconds) {
      // Methods are the client's to invent: unknown ones share a label, or they could fill the memory.
      const labels = `face="${face}",method="${METHODS.has(method) ? method : 'other'}"`
      const one = `${labels},status="${status}"`
      answered.set(one, (answered.get(one) ?? 0) + 1)
      const kept = durations.get(labels) ?? { counts: [...BUCKETS, 0].map(() => 0), seconds: 0 }
      durations.set(labels, kept)
      const seconds = milliseconds / 1_000
      const bucket = BUCKETS.findIndex((bound) => seconds <= bound)
      const at = bucket === -1 ? BUCKETS.length : bucket
      kept.counts[at] = (kept.counts[at] ?? 0) + 1
      kept.seconds += seconds
    },
    collected({ blobs, bytes, keys, endedAt }) {
      sum.blobs += blobs
      sum.bytes += bytes
      sum.keys += keys
      sum.runs += 1
      sum.endedAt = endedAt ?? sum.endedAt
    },
  }
}

function histogram(labels: string, { counts, seconds }: Durations): readonly string[] {
  let below = 0
  const buckets = counts.map((count, index) => {
    below += count
    return `_bucket{le="${BUCKETS[index] ?? '+Inf'}",${labels}} ${below}`
  })
  return [...buckets, `_sum{${labels}} ${seconds}`, `_count{${labels}} ${below}`]
}
