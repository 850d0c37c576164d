import type { BlobKey } from './blob-key.ts'

/** The names of the 256 shards that keys are spread over, in order. */
export const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
)

/** By the last two digits of the key: they are random, so shards fill evenly; the first ones are its time. */
export function shardOf(key: BlobKey): string {
  return key.slice(-2)
}
