import type { Readable } from 'node:stream'
import { Intake, type IntakeLimits } from './intake.ts'
import { letGo } from './let-go.ts'
import type { BlobWriter } from './port.ts'

/**
 * Appends all of a request's body to an upload, in bounded memory (less than 4 MiB with the writer's own), at the disk's pace
 * or the client's, whichever is slower. When it fails, what arrived has been appended: a checkpoint keeps it. The request
 * is left paused and alive, so that it can be answered; close the connection after that.
 * @returns how many bytes came
 * @throws ReceiveError when the client brings too much, too little, too slowly, or goes away
 * @throws BlobStoreFullError
 */
export async function receive(
  source: Readable,
  writer: Pick<BlobWriter, 'append' | 'copiesChunks'>,
  limits: IntakeLimits,
): Promise<number> {
  const intake = new Intake(source, limits)
  try {
    for (let chunk = await intake.next(); chunk !== undefined; chunk = await intake.next()) {
      await writer.append(chunk)
      if (writer.copiesChunks) letGo(chunk)
    }
    return intake.received
  } finally {
    intake.close()
  }
}
