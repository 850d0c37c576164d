import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import { Intake } from '../stores/blobs/intake.ts'
import type { PaceLimits } from '../stores/blobs/pace.ts'
import { ReceiveError } from '../stores/blobs/receive-error.ts'

/** How slow a small body may come, unless its reader says otherwise. */
const PACE: PaceLimits = { idleMilliseconds: 20_000, minimumBytesPerSecond: 256, windowMilliseconds: 30_000 }

/**
 * Reads a small request body whole, never more than `limit` bytes of it, and no slower than `pace`.
 * @throws {AppError} `too-large`, before the excess is read; `invalid` when the client stops in the middle, or dawdles
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  pace: PaceLimits = PACE,
): Promise<Buffer> {
  const length = request.headers['content-length']
  const declaredBytes = length === undefined ? undefined : Number(length)
  const intake = new Intake(request, { ...pace, maximumBytes: limit, declaredBytes })
  const chunks: Uint8Array[] = []
  try {
    for (let chunk = await intake.next(); chunk !== undefined; chunk = await intake.next()) chunks.push(chunk)
  } catch (cause) {
    throw cause instanceof ReceiveError ? explain(cause, limit) : cause
  } finally {
    intake.close()
  }
  return Buffer.concat(chunks)
}

function explain(cause: ReceiveError, limit: number): AppError {
  if (cause.problem.type === 'too-large')
    return new AppError('too-large', `the body is larger than the ${limit} bytes allowed here`, {}, { cause })
  return new AppError('invalid', `${cause.message}: send it whole`, {}, { cause })
}
