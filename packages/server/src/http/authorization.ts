import { secret } from '@wharden/system'
import { AppError } from '../errors.ts'
import type { Authorization } from '../operations/caller-of.ts'

/** Larger headers are refused by the listener itself; this bounds what is decoded. */
const LONGEST = 12_000

/** @throws {AppError} `credential-invalid` for a header that is neither Basic nor Bearer, or is garbled */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') return { type: 'none' }
  const space = header.indexOf(' ')
  const scheme = header.slice(0, space).toLowerCase()
  const value = header.slice(space + 1).trim()
  if (header.length <= LONGEST && scheme === 'bearer' && value !== '') return { type: 'bearer', token: value }
  if (header.length <= LONGEST && scheme === 'basic') {
    const basic = parseBasic(value)
    if (basic !== undefined) return basic
  }
  throw new AppError(
    'credential-invalid',
    'the Authorization header is neither Basic nor Bearer, or is garbled',
  )
}

function parseBasic(value: string): Authorization | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  // Some clients send empty Basic credentials when they have none.
  if (text === ':') return { type: 'none' }
  return colon === -1
    ? undefined
    : { type: 'basic', name: text.slice(0, colon), secret: secret(text.slice(colon + 1)) }
}
