import { AppError } from '../../errors.ts'
import type { CredentialRecord } from '../../stores/metadata/port/credentials.ts'
import { statusOf } from './credential-view.ts'

/** Nothing brings back what has expired. @throws {AppError} `conflict` */
export function requireUnexpired(
  credential: CredentialRecord,
  what: 'token' | 'service principal',
  now: number,
): void {
  if (statusOf(credential, now) !== 'expired') return
  throw new AppError('conflict', `this ${what} has expired and can only be deleted; create a new one`)
}
