import type { Logger } from 'pino'
import { blobLocation, describeBlobs } from './blob-location.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import { openBlobStore } from './stores/blobs/open.ts'
import type { BlobStore } from './stores/blobs/port.ts'
import type { MetadataStore } from './stores/metadata/port.ts'
import { tryBlobStore } from './stores/blobs/try-blob-store.ts'

/**
 * The configured blob store. A bucket has been tried then: what is wrong with its settings shows now, and not at the first
 * push. A directory is made ready without, for a full disk must not keep a server from starting.
 * @throws {AppError} `unavailable`, with a sentence for the operator
 */
export async function openBlobs(config: Config, log: Logger): Promise<BlobStore> {
  const location = blobLocation(config)
  if (location.type === 'directory') return openBlobStore(location)
  const store = await openBlobStore({
    ...location,
    told: (failing) =>
      failing === undefined
        ? log.info('the blob store answers again')
        : log.error(
            { because: failing.because },
            'the blob store fails: it is left alone for moments at a time',
          ),
  })
  try {
    await tryBlobStore(store)
    return store
  } catch (cause) {
    await store.close()
    const why = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : ''
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('unavailable', `${describeBlobs(location)}: ${what}${why}`, {}, { cause })
  }
}

const SAMPLE = 8

/**
 * Makes sure that these are the bytes the database speaks of. After a setting was changed by mistake a server would say of
 * every image that it can't be read, and a sweep might think the bytes of others nobody's.
 * @throws {AppError} `unavailable`, with a sentence for the operator
 */
export async function recognizeBlobs(
  config: Config,
  rows: Pick<MetadataStore['read']['blobs'], 'some'>,
  blobs: Pick<BlobStore, 'stat'>,
): Promise<void> {
  const keys = await rows.some(SAMPLE)
  for (const key of keys) if ((await blobs.stat(key)) !== undefined) return
  if (keys.length === 0) return
  throw new AppError(
    'unavailable',
    `${describeBlobs(blobLocation(config))}: none of ${keys.length} blobs that the database knows is there. ` +
      'Are WHARDEN_BLOBS and WHARDEN_S3_BUCKET what they were? `wharden move` takes images from one place to another',
  )
}
