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
