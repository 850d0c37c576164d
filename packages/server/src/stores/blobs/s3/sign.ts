import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { secret, type Secret } from '@wharden/system'
import type { BlobKey } from '../blob-key.ts'
import { createCircuit } from './circuit.ts'
import { createClient, type S3Access } from './client.ts'
import { toPortError } from './s3-error.ts'

/**
 * Makes addresses that anybody may read an object at for a while. No I/O. A signature holds for one host, so where clients
 * reach the store at another address than we do, it is signed for that one.
 */
export function createSigner(
  access: S3Access & { readonly publicEndpoint?: string | undefined },
  client: S3Client,
  nameOf: (key: BlobKey) => string,
): (key: BlobKey, seconds: number) => Promise<Secret> {
  const { bucket, publicEndpoint: endpoint } = access
  const signing = endpoint === undefined ? client : createClient({ ...access, endpoint }, createCircuit())
  return async (key, seconds) => {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: nameOf(key),
      ResponseContentType: 'application/octet-stream',
    })
    try {
      return secret(await getSignedUrl(signing, command, { expiresIn: seconds }))
    } catch (cause) {
      throw toPortError(cause, bucket)
    }
  }
}
