import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/**
 * Reads a small request body whole, never more than `limit` bytes of it.
 * @throws {AppError} `too-large`, before the excess is read; `invalid` when the client stops in the middle
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid', 'the request ended before its body did', {}, { cause })
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)
}

function tooLarge(limit: number): AppError {
  return new AppError('too-large', `the body is larger than the ${limit} bytes allowed here`)
}
