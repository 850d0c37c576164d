import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import { settingsOf } from '../../organization-settings.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * Holds a new token of an organization to the longest life that the organization allows.
 * @param expiresAt milliseconds since 1970; `undefined`: never
 * @throws {AppError} `invalid`
 */
export function requireLifetimeWithin(
  organization: Pick<OrganizationRecord, 'name' | 'settings'>,
  kind: 'oat' | 'registry-token',
  expiresAt: number | undefined,
  now: number,
): void {
  const days = settingsOf(organization).maximumLifetimes[kind]
  // Whoever counts ninety days by their own clock, a little ahead of ours, means ninety days.
  if (days === null || (expiresAt !== undefined && expiresAt <= now + days * DAY + HOUR)) return
  const what = kind === 'oat' ? 'organization access tokens' : 'registry tokens'
  throw new AppError(
    'invalid',
    `\`${organization.name}\` lets ${what} live for at most ${days} days; choose an expiry within them`,
    { field: 'expiresAt' },
  )
}
