import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import { readExpiry } from '../read-expiry.ts'
import { requireLifetimeWithin } from './maximum-lifetime.ts'
import type { NewRegistryToken } from './new-token.ts'
import { passwordEnd } from './password-end.ts'

/**
 * When a new registry token ends, and the passwords it is made with: those are what an organization lets live only so long.
 * @returns milliseconds since 1970; undefined: never
 * @throws {AppError} `invalid`
 */
export function registryTokenEnds(
  organization: OrganizationRecord,
  wanted: Pick<NewRegistryToken, 'passwords' | 'expiresAt' | 'passwordsExpireAt'>,
  now: number,
) {
  const expiresAt = readExpiry(wanted.expiresAt, now)
  const passwordsEnd = passwordEnd(wanted.passwordsExpireAt, expiresAt, now, 'passwordsExpireAt')
  if (wanted.passwords.length > 0) requireLifetimeWithin(organization, 'registry-token', passwordsEnd, now)
  return { expiresAt, passwordsEnd }
}
