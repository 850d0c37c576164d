import type { BlobKey } from '../blob-key.ts'
import type { Bucket } from './bucket.ts'
import type { Layout } from './layout.ts'

/** The object, and what an upload of that name left: checkpoints, and parts, which cost as much as objects. */
export async function deleteKey(bucket: Bucket, layout: Layout, key: BlobKey): Promise<void> {
  const name = layout.blob(key)
  await Promise.all([
    (async () => {
      for await (const uploads of bucket.uploads(name))
        for (const upload of uploads) await bucket.abort(upload)
    })(),
    (async () => {
      for await (const objects of bucket.list(name))
        for (const object of objects) await bucket.remove(object.name)
    })(),
  ])
}
