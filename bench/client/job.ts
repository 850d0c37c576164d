/** What the load client is told to do, and what it answers. It runs in a process of its own, so that it is never charged. */

/** Where a registry listens, and how its clients write that. */
export type Door = { readonly port: number; readonly tls: boolean }

export type Job =
  | RequestsJob
  | DownloadJob
  | PushJob
  /** Nothing: the client answers once it runs. */
  | { readonly type: 'hello' }

/** Requests one after the other on each of some connections, for a time. */
export type RequestsJob = {
  readonly type: 'requests'
  /** Taken in turn by the connections. */
  readonly doors: readonly Door[]
  readonly connections: number
  readonly milliseconds: number
  /** Whole requests as they are sent, taken in turn; `{host}` stands for the door's. */
  readonly requests: readonly string[]
  readonly status: number
  /** Pause before each request: for a latency that isn't the queue's of a full machine. */
  readonly thinkMilliseconds?: number
}

/** The same blob again and again by one connection each. */
export type DownloadJob = {
  readonly type: 'download'
  readonly door: Door
  readonly path: string
  readonly token: string
  readonly times: number
  readonly bytes: number
}

/** Blobs that no registry has seen. */
export type PushJob = {
  readonly type: 'push'
  readonly door: Door
  readonly repository: string
  readonly token: string
  readonly bytes: number
  /** At the same time, each by its own connection. */
  readonly atOnce: number
  /** Bytes in a PATCH; undefined: all in the PUT. */
  readonly chunk?: number | undefined
  /** Again and again for this long; default: once. */
  readonly milliseconds?: number
}

export type Done = {
  readonly operations: number
  readonly bytes: number
  readonly milliseconds: number
  readonly latencies: Latencies
}

/** Milliseconds. */
export type Latencies = { readonly p50: number; readonly p99: number; readonly worst: number }

export type Answer =
  | { readonly type: 'done'; readonly done: Done }
  | { readonly type: 'failed'; readonly reason: string }

export function latenciesOf(took: readonly number[]): Latencies {
  const sorted = Float64Array.from(took).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) ?? 0 }
}
