import { testBlobStore } from '../contract.ts'
import { startS3rver } from './contract-s3rver.ts'

const MODULE = new URL('contract-place.ts', import.meta.url).pathname

testBlobStore('a bucket', async () => {
  const { place, close } = await startS3rver()
  return { module: MODULE, place: JSON.stringify({ ...place, prefix: 'deep/' }), cleanUp: close }
})

testBlobStore('a bucket with parts of 256 KiB', async () => {
  const { place, close } = await startS3rver()
  return { module: MODULE, place: JSON.stringify({ ...place, partBytes: 262_144 }), cleanUp: close }
})
