import type { AgeLimit } from '@wharden/policy'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { settingsOf } from './organization-settings.ts'

const DAY = 86_400_000

/**
 * The organizations of a personal token's user that let such tokens in for so many days only. Looked up for each decision, as
 * an organization may set it at any time; an organization's own tokens are held to it when they are made.
 */
export async function ageLimitsOf(
  { caches }: Pick<House, 'caches'>,
  { principal, record }: KnownCredential,
): Promise<readonly AgeLimit[]> {
  if (principal.kind !== 'pat') return []
  const places = [
    ...principal.memberships.map(({ organization }) => organization),
    ...(principal.companyOwnerOf ?? []),
  ]
  const limits: AgeLimit[] = []
  for (const place of new Set(places)) {
    const organization = await caches.organizationsById.get(place)
    const days = organization === undefined ? null : settingsOf(organization).maximumLifetimes.pat
    if (days !== null) limits.push({ organization: place, days, until: record.createdAt + days * DAY })
  }
  return limits
}
