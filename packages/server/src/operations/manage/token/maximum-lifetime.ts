import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import { settingsOf } from '../../organization-settings.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const NAMES = {
  oat: 'organization access tokens',
  'registry-token': 'registry tokens',
  'service-principal': 'service principals',
} as const

/**
 * Holds a new token or service principal of an organization to the longest life that the organization allows.
 * @param expiresAt milliseconds since 1970; `undefined`: never
 * @throws {AppError} `invalid`
 */
export function requireLifetimeWithin(
  organization: Pick<OrganizationRecord, 'name' | 'settings'>,
  kind: keyof typeof NAMES,
  expiresAt: number | undefined,
  now: number,
): void {
  const days = settingsOf(organization).maximumLifetimes[kind]
  // Whoever counts ninety days by their own clock, a little ahead of ours, means ninety days.
  if (days === null || (expiresAt !== undefined && expiresAt <= now + days * DAY + HOUR)) return
  throw new AppError(
    'invalid',
    `\`${organization.name}\` lets ${NAMES[kind]} live for at most ${days} days; choose an expiry within them`,
    { field: 'expiresAt' },
  )
}
