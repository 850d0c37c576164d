import { startProxy, type Proxy } from '../../packages/server/src/stores/blobs/s3/contract-proxy.ts'
import { bucketSettings } from '../../packages/server/test/bucket-settings.ts'
import { startS3rver } from '../../packages/server/src/stores/blobs/s3/contract-s3rver.ts'

/** An S3 for servers under test, behind a proxy that can fail. */
export type TestBucket = {
  readonly proxy: Proxy
  /** How servers find it. */
  readonly settings: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

export async function openTestBucket(): Promise<TestBucket> {
  const { place, close } = await startS3rver()
  const proxy = await startProxy(place.endpoint)
  return {
    proxy,
    settings: bucketSettings(place, proxy.endpoint),
    async close() {
      await proxy.close()
      await close()
    },
  }
}
