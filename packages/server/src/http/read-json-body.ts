import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import { readBody } from './read-body.ts'

/**
 * The JSON a request brings, read here because oRPC would read without a limit; `{}` where it brings nothing.
 * @throws {AppError} `too-large`, `invalid`
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const bytes = await readBody(request, limit)
  if (bytes.byteLength === 0) return {}
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new AppError('invalid', 'send JSON, with `Content-Type: application/json`', { field: '' })
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), withoutNul)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid', 'the body is not JSON', { field: '' }, { cause })
  }
}

/** PostgreSQL can't keep U+0000 in text, and nobody means it. */
function withoutNul(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('\0')) return value
  throw new AppError('invalid', `\`${key}\` holds a NUL character, which no text here may`, { field: key })
}
