import type { Config } from './config.ts'
import type { BlobLocation } from './stores/blobs/open.ts'

/** Where the configuration says the bytes of images are kept. */
export function blobLocation(config: Config): BlobLocation {
  const { s3Bucket: bucket, s3KeyId: keyId, s3Secret } = config
  if (bucket === undefined) {
    return {
      type: 'directory',
      directory: config.blobDirectory,
      minimumFreeBytes: config.minimumFreeBytes,
    }
  }
  return {
    type: 's3',
    bucket,
    prefix: config.s3Prefix,
    endpoint: config.s3Endpoint?.origin,
    publicEndpoint: config.s3PublicEndpoint?.origin,
    region: config.s3Region,
    pathStyle: config.s3PathStyle,
    credentials: keyId === undefined || s3Secret === undefined ? undefined : { keyId, secret: s3Secret },
  }
}

/** In words, for the operator. */
export function describeBlobs(location: BlobLocation): string {
  if (location.type === 'directory') return location.directory
  const { bucket, prefix, endpoint = 'AWS' } = location
  return `bucket \`${bucket}\`${prefix === '' ? '' : `, below \`${prefix}\``}, at ${endpoint}`
}

/** What is wrong between settings that are right by themselves. @param directoryGiven whether WHARDEN_BLOBS is set */
export function blobProblems(config: Config, directoryGiven: boolean): readonly string[] {
  const problems: string[] = []
  if (config.s3Bucket === undefined) {
    if (config.s3Endpoint !== undefined || config.s3KeyId !== undefined || config.s3Secret !== undefined)
      problems.push(
        'there are WHARDEN_S3_ settings and no WHARDEN_S3_BUCKET: name the bucket, or remove them',
      )
    if (config.redirectFromBytes !== undefined)
      problems.push(
        'WHARDEN_REDIRECT_FROM_BYTES needs a bucket that clients can be sent to: WHARDEN_S3_BUCKET',
      )
  } else if (directoryGiven) {
    problems.push('WHARDEN_BLOBS and WHARDEN_S3_BUCKET are two places for the same bytes: give one')
  }
  if ((config.s3KeyId === undefined) !== (config.s3Secret === undefined))
    problems.push(
      'WHARDEN_S3_ACCESS_KEY_ID and WHARDEN_S3_SECRET_ACCESS_KEY belong together: give both or neither',
    )
  return problems
}
