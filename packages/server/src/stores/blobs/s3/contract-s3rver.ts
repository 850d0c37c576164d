// s3rver for tests: an S3 of files, in this process. What it doesn't do, and real stores do:
//   - it checks neither signatures (version 4) nor checksums, nor the ETags of the parts an upload is completed with
//   - it can't copy or list parts, nor list or abort uploads (501, 405): the driver then sends bytes anew, and leaves them
//   - its parts may be of any size
//   - its list of more than 1,000 names below a prefix fails (it encrypts the next page's token by DES, which is gone)
// `real-store.test.ts` runs the same contract on a store that does all that.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { S3Place } from './contract-place.ts'

const BUCKET = 'wharden'

export async function startS3rver(): Promise<{
  readonly place: S3Place
  readonly close: () => Promise<void>
}> {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-s3-'))
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  })
  const { port } = await server.run()
  return {
    place: {
      endpoint: `http://127.0.0.1:${port}`,
      bucket: BUCKET,
      prefix: '',
      keyId: 'S3RVER',
      secret: 'S3RVER',
    },
    async close() {
      await server.close()
      await rm(directory, { recursive: true })
    },
  }
}
