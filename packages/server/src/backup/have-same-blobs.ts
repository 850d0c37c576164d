import { blobLocation } from '../blob-location.ts'
import type { Config } from '../config.ts'

/** Whether two configurations mean the same bytes, however they reach them. */
export function haveSameBlobs(one: Config, other: Config): boolean {
  return placeOf(one) === placeOf(other)
}

function placeOf(config: Config): string {
  const location = blobLocation(config)
  return location.type === 'directory'
    ? JSON.stringify([location.directory])
    : JSON.stringify([location.endpoint ?? null, location.bucket, location.prefix])
}
