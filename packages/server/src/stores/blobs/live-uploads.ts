import type { BlobKey } from './blob-key.ts'
import type { UploadPosition } from './port.ts'

/**
 * An upload between two requests, in the process that wrote its bytes. Node's hash state can't be exported, so only this
 * process can go on without reading the bytes again.
 */
export type LiveUpload = { readonly position: UploadPosition }

export type LiveUploads<Upload extends LiveUpload> = {
  /** Hands the upload out, once: two writers can't share one hash. Undefined unless it stands exactly there. */
  take(position: UploadPosition): Upload | undefined
  put(upload: Upload): void
  forget(key: BlobKey): void
}

/**
 * Remembers at most `limit` uploads, those put last. Forgetting one costs reading its bytes again, nothing else.
 * @param free called for each that is forgotten; one that is taken is its taker's
 */
export function createLiveUploads<Upload extends LiveUpload>(
  limit: number,
  free: (upload: Upload) => void = () => {},
): LiveUploads<Upload> {
  const uploads = new Map<BlobKey, Upload>()
  const forget = (key: BlobKey): void => {
    const live = uploads.get(key)
    if (live !== undefined && uploads.delete(key)) free(live)
  }
  return {
    take(position) {
      const live = uploads.get(position.key)
      if (live === undefined || !standsAt(live.position, position)) return undefined
      uploads.delete(position.key)
      return live
    },
    put(upload) {
      forget(upload.position.key)
      uploads.set(upload.position.key, upload)
      const [oldest] = uploads.keys()
      if (uploads.size > limit && oldest !== undefined) forget(oldest)
    },
    forget,
  }
}

/** The digest counts too: a writer that outlived its lease may have come as far as the row says, with other bytes. */
function standsAt(live: UploadPosition, asked: UploadPosition): boolean {
  return live.offset === asked.offset && live.algorithm === asked.algorithm && live.digest === asked.digest
}
