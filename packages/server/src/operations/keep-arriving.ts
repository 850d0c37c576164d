import type { BlobWriter } from '../stores/blobs/port.ts'
import type { HeldUpload } from './upload-session.ts'

/** So much of a long body, in milliseconds of its arrival, a server that dies takes with it. */
const EVERY = 10_000

/**
 * A writer that now and then makes what has arrived durable and moves the session's row on, so that a client whose server
 * dies in the middle of a long body can go on from there. Short bodies pay nothing.
 */
export function keepArriving(
  writer: BlobWriter,
  advance: HeldUpload['advance'],
  now: () => number = () => performance.now(),
): Pick<BlobWriter, 'append' | 'copiesChunks'> {
  let kept = now()
  return {
    ...(writer.copiesChunks && { copiesChunks: true }),
    async append(chunk) {
      await writer.append(chunk)
      if (now() - kept < EVERY) return
      await advance(await writer.checkpoint())
      kept = now()
    },
  }
}
