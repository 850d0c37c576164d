import { AppError } from '../errors.ts'
import type { House } from './house.ts'

/**
 * Nothing is decided, and nobody proven, by what may have been revoked meanwhile. Not a refusal either: a 401 would make
 * clients ask for a login, and a 403 would say that somebody decided.
 * @throws {AppError} `unavailable` while this replica can't be sure that it has heard of every change
 */
export function requireConfirmed({ generation }: Pick<House, 'generation'>): void {
  if (generation.confirmed()) return
  throw new AppError(
    'unavailable',
    'this server has lost touch with its database and can not decide; try again in a moment',
    { retryAfterSeconds: 2 },
  )
}
