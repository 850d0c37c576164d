/** A registry that is measured, whoever made it: how it is reached, and what it must answer for. */
import type { Door } from '../client/job.ts'

/** One way in, and the processes that are charged for what comes that way (their descendants with them). */
export type Entrance = Door & { readonly pids: readonly number[] }

export type Registry = {
  /** As the tables say it: `wharden`, `distribution 3.1`. */
  readonly name: string
  /** As it says itself. */
  readonly version: string
  /** Settings that matter here, for the record. */
  readonly configuration: string
  readonly plain: Entrance
  readonly tls: Entrance
  /** Where it keeps bytes: what was pushed in passing is removed there. */
  readonly blobs: string
  /** What the benchmark's image is called here. */
  readonly repository: string
  /** A new token that may pull and push the image by that entrance. The peers' come from our token service too, as it guards them. */
  readonly token: (door: Door) => Promise<string>
  readonly close: () => Promise<void>
}

/** A registry, or why there is none. */
export type Found =
  | { readonly type: 'ok'; readonly registry: Registry }
  | { readonly type: 'unavailable'; readonly name: string; readonly reason: string }
