import { S3Client } from '@aws-sdk/client-s3'
import type { Secret } from '@wharden/system'
import type { Circuit } from './circuit.ts'
import { failureOf, isTrouble } from './s3-error.ts'

export type S3Credentials = { readonly keyId: string; readonly secret: Secret }

/** How a bucket is reached. */
export type S3Access = {
  readonly bucket: string
  /** Undefined: AWS. */
  readonly endpoint: string | undefined
  /** Undefined: as the SDK finds it (AWS_REGION, the profile). */
  readonly region: string | undefined
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean
  /** Undefined: as the SDK finds them (AWS_ACCESS_KEY_ID, a profile, a pod's or a machine's role). */
  readonly credentials: S3Credentials | undefined
  /** Default: ten seconds. */
  readonly answerMilliseconds?: number | undefined
}

/** Milliseconds a store may take to accept a connection, and to begin an answer to a small question. */
export const PATIENCE = { connect: 3_000, answer: 10_000 }

const ATTEMPTS = 3
const MOST_SOCKETS = 128

/** A client that tries each request up to three times, with growing pauses, and not at all while the circuit is open. */
export function createClient(access: S3Access, circuit: Circuit): S3Client {
  const { endpoint, pathStyle, credentials } = access
  // Stores other than AWS don't care, but a signature names a region.
  const region = access.region ?? (endpoint === undefined ? undefined : 'us-east-1')
  const client = new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && {
      credentials: { accessKeyId: credentials.keyId, secretAccessKey: credentials.secret.reveal() },
    }),
    forcePathStyle: pathStyle,
    maxAttempts: ATTEMPTS,
    // The SDK's own default adds CRC32 to each request, partly in trailers, which several stores refuse. Bodies here are
    // buffers, so their SHA-256 is in the signature, which every store must check: a part that was garbled on its way is
    // refused.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: PATIENCE.connect,
      requestTimeout: access.answerMilliseconds ?? PATIENCE.answer,
      throwOnRequestTimeout: true,
      // A download whose client is slow is idle for long: `object-reader.ts` has a clock of its own.
      socketTimeout: 0,
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
  })
  // Below the SDK's retries: each attempt asks and tells.
  client.middlewareStack.add(
    (next) => async (request) => {
      circuit.pass()
      try {
        const answer = await next(request)
        circuit.worked()
        return answer
      } catch (cause) {
        const failure = failureOf(cause)
        if (isTrouble(failure)) circuit.failed(failure.code)
        else if (failure.status !== undefined) circuit.worked()
        throw cause
      }
    },
    { step: 'finalizeRequest', name: 'circuit', priority: 'low' },
  )
  return client
}
