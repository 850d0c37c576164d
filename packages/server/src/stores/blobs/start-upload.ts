import type { DigestAlgorithm } from '@wharden/oci'
import { newBlobKey } from './blob-key.ts'
import type { UploadPosition } from './port.ts'
import { digestSoFar, startHash } from './running-hash.ts'

/** The position of an upload that holds nothing yet, under a key nobody has had before. */
export function startUpload(algorithm: DigestAlgorithm): UploadPosition {
  const digest = digestSoFar(algorithm, startHash(algorithm))
  return { key: newBlobKey(Date.now()), offset: 0, algorithm, digest, resume: '' }
}
