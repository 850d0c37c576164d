// How the contract's processes open a bucket. The place is its description, as JSON.
import { secret } from '@wharden/system'
import type { BlobStore } from '../port.ts'
import { openS3BlobStore } from './open.ts'
import type { PartSizes } from './part-size.ts'

/** `partBytes`: small parts, which make much of little (s3rver takes any; others want 5 MiB). */
export type S3Place = {
  readonly endpoint: string
  readonly bucket: string
  readonly prefix: string
  readonly keyId: string
  readonly secret: string
  readonly partBytes?: number
  readonly answerMilliseconds?: number
}

export async function openPlace(place: string): Promise<BlobStore> {
  const described: S3Place = JSON.parse(place)
  return openDescribed(described)
}

export function openDescribed({
  endpoint,
  bucket,
  prefix,
  keyId,
  secret: key,
  partBytes,
  answerMilliseconds,
}: S3Place): BlobStore {
  const sizes: PartSizes | undefined =
    partBytes === undefined ? undefined : { least: partBytes / 2, of: () => partBytes }
  return openS3BlobStore({
    bucket,
    endpoint,
    prefix,
    region: undefined,
    pathStyle: true,
    credentials: { keyId, secret: secret(key) },
    ...(sizes !== undefined && { sizes }),
    answerMilliseconds,
  })
}
