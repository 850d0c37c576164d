import type { Logger } from 'pino'
import type { Recorder } from '../activity/recorder.ts'
import type { Config } from '../config.ts'
import type { Identity } from '../identity/identity.ts'
import type { Running } from '../running.ts'
import type { Sites } from '../sites.ts'
import type { BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { PullCounts } from '../stores/metadata/port/pull-counts.ts'
import type { Generation } from '../generation.ts'
import type { Caches } from './caches.ts'
import type { DecisionIds } from './decision-id.ts'

/** All that operations stand on; made once by `app.ts`. */
export type House = {
  readonly config: Config
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly identity: Identity
  /** What is remembered of the store until a change names it. */
  readonly caches: Caches
  readonly generation: Generation
  readonly decisionIds: DecisionIds
  /** Takes what happened (pulls, pushes, refusals, uses of credentials) off the request's path. */
  readonly recorder: Recorder
  /** What strangers pulled, by address: this process's own. */
  readonly strangerPulls: Pick<PullCounts, 'of' | 'take'>
  readonly sites: () => Sites
  /** Aborted once the server is to stop: it still answers, but balancers are to send requests elsewhere. */
  readonly stopping: AbortSignal
  /** Waited for when the server stops: an upload that was cut off still keeps what arrived. */
  readonly running: Running
  readonly clock: () => number
  readonly log: Logger
}
