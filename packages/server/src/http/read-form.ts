import type { IncomingMessage } from 'node:http'
import { readBody } from './read-body.ts'

/** A form of 20 scopes over long names, an 8 KiB token and a secret fit; more is nobody's honest request. */
const LIMIT = 64 * 1024

/** The fields of a posted form, whatever it says its type is. @throws {AppError} `too-large`, `invalid` */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request, LIMIT)).toString('utf8'))
}
