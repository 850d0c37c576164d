import type { S3Place } from '../src/stores/blobs/s3/contract-place.ts'

/** How a server is told of a bucket. `through`: the address of a proxy before it. */
export function bucketSettings(
  { bucket, prefix, endpoint, keyId, secret }: S3Place,
  through: string = endpoint,
): Readonly<Record<string, string>> {
  return {
    WHARDEN_S3_BUCKET: bucket,
    WHARDEN_S3_PREFIX: prefix,
    WHARDEN_S3_ENDPOINT: through,
    WHARDEN_S3_PATH_STYLE: 'on',
    WHARDEN_S3_ACCESS_KEY_ID: keyId,
    WHARDEN_S3_SECRET_ACCESS_KEY: secret,
  }
}
