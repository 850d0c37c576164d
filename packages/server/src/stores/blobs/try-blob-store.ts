import { createHash } from 'node:crypto'
import { parseDigest } from '@wharden/oci'
import type { BlobStore } from './port.ts'

const TRIAL = Buffer.from('wharden tries whether this place keeps what it is given\n')

/**
 * Writes, reads back and deletes a small blob, in a place nobody has tried yet. Should it stay, the sweep of keys without a
 * row finds it. @throws the store's error, or one that says that bytes come back wrong
 */
export async function tryBlobStore(store: BlobStore): Promise<void> {
  const digest = parseDigest(`sha256:${createHash('sha256').update(TRIAL).digest('hex')}`)
  const opened = await store.openUpload(store.startUpload('sha256'))
  if (opened.type === 'error' || digest === undefined) throw new Error('an upload that begins is gone')
  await opened.value.append(TRIAL)
  const finished = await opened.value.finish(digest)
  if (finished.type === 'error') throw new Error('the blob store took other bytes than it was given')
  const { key } = finished.value
  const range = { start: 0, end: TRIAL.byteLength }
  const reader = await store.read(key, range)
  await reader?.close()
  const bytes = await store.readAll(key, TRIAL.byteLength)
  await store.delete(key)
  if (reader === undefined || bytes === undefined || !TRIAL.equals(bytes))
    throw new Error('the blob store does not give back what it was given')
}
