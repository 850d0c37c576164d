import type { AccountName } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { House } from '../house.ts'

/** @throws {AppError} `not-found` */
export async function requireUser(house: House, name: AccountName): Promise<UserRecord> {
  const user = await house.store.read.users.byName(name)
  if (user === undefined) throw unknownUser(name)
  return user
}

export function unknownUser(name: AccountName): AppError {
  return new AppError('not-found', `there is no user \`${name}\``)
}
