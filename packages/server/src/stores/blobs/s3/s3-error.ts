import { BlobStoreFullError, BlobStoreUnavailableError } from '../port.ts'

const RETRY_AFTER_SECONDS = 5

/** The code that tells failures of S3 apart ("NoSuchKey"), and the status it came with, if there was an answer. */
export type S3Failure = { readonly code: string; readonly status: number | undefined; readonly said: string }

/** What the SDK threw, without what it carries along: requests with their signatures, and the store's host ids. */
export function failureOf(cause: unknown): S3Failure {
  if (!(cause instanceof Error)) return { code: 'Unknown', status: undefined, said: String(cause) }
  const metadata: unknown = '$metadata' in cause ? cause.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? Number(metadata.httpStatusCode)
      : undefined
  const system = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  // The SDK calls a connection that was reset a timeout.
  const code = cause.name === 'Error' || cause.name === 'TimeoutError' ? (system ?? cause.name) : cause.name
  return { code, status: Number.isInteger(status) ? status : undefined, said: cause.message }
}

/** Whether the store itself is in trouble, as opposed to having answered no. */
export function isTrouble({ code, status }: S3Failure): boolean {
  return status === undefined ? !UNCLEAR.has(code) : status >= 500 && !FULL.has(code) && status !== 501
}

/** A store may also hang up on a body it won't take: of a part whose upload is gone, say. */
const UNCLEAR = new Set(['AbortError', 'ECONNRESET', 'EPIPE'])

/** Ceph, MinIO and others say "full" in words of their own; 507 is HTTP's. */
const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'StorageFull', 'EntityTooLargeForQuota'])

/** Not every store can copy parts, list or abort uploads. */
export function isUnsupported({ code, status }: S3Failure): boolean {
  return status === 501 || status === 405 || code === 'NotImplemented'
}

/** In the port's words. The original stays behind: it holds signatures. */
export function toPortError(cause: unknown, bucket: string): Error {
  if (cause instanceof BlobStoreFullError || cause instanceof BlobStoreUnavailableError) return cause
  if (cause instanceof RangeError) return cause
  const failure = failureOf(cause)
  const why = new Error(
    `${failure.code}${failure.status === undefined ? '' : ` (${failure.status})`}: ${failure.said}`,
  )
  if (FULL.has(failure.code) || failure.status === 507) return new BlobStoreFullError({ cause: why })
  return new BlobStoreUnavailableError(sentence(failure, bucket), RETRY_AFTER_SECONDS, { cause: why })
}

/** Says what is wrong to a client, who sees no addresses and no credentials in it. */
function sentence({ code, status }: S3Failure, bucket: string): string {
  if (code === 'NoSuchBucket')
    return `the blob store has no bucket \`${bucket}\`; tell the server's administrator`
  if (status === 401 || status === 403)
    return `the blob store does not let this server in (${code}); tell the server's administrator`
  if (status === undefined) return `the blob store can not be reached (${code}); try again in a moment`
  return `the blob store failed (${code}); try again in a moment`
}
