import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { readBody } from '../../http/read-body.ts'
import type { Caller } from '../../operations/caller.ts'

/** A form of six short fields. */
const FORM_LIMIT = 8 * 1024

/** @throws {AppError} `too-large`, `invalid` */
export async function readForm({ raw }: FastifyRequest): Promise<URLSearchParams> {
  const body = await readBody(raw, FORM_LIMIT)
  const [type = ''] = (raw.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new AppError('invalid', 'this address takes its own form; programs use the API: see /api')
  }
  return new URLSearchParams(body.toString('utf8'))
}

/** Whoever uses a page is nobody but the holder of its link. */
export function callerOf({ wharden }: FastifyRequest): Caller {
  return { context: wharden, principal: { type: 'anonymous' }, asked: 'everything' }
}

export function queryIn({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://host').searchParams
}

/** Of a one-time link, which holds it to fill a field. */
export function secretIn(request: FastifyRequest): string {
  return queryIn(request).get('secret') ?? ''
}
