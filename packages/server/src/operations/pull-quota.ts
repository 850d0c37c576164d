/**
 * How many pulls somebody has left. A pull is the GET of an image's manifest: as with Docker, each platform of an image is
 * one, its index is none, and looking whether there is something new (HEAD, `If-None-Match`) is free.
 * https://docs.docker.com/docker-hub/usage/pulls/
 *
 * Counting is one statement at each pull of whoever has a limit, so that neither restarts nor replicas lose or exceed any;
 * where it can't be counted, it isn't given. For whoever has no limit nothing is done at all.
 */
import { PULL_WINDOW, type Resource } from '@wharden/policy'
import type { PullsLeft } from '../pulls-left.ts'
import type { OrganizationRecord } from '../stores/metadata/port/accounts.ts'
import type { PullCount, PullCounts, PullSubject } from '../stores/metadata/port/pull-counts.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import { authorize } from './authorize.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { networkOf } from './network-of.ts'
import { pullLimitsOf } from './organization-settings.ts'

/** A limit that applies to whoever asks. */
export type PullLimit = {
  /** Whose pulls are counted together … */
  readonly subject: PullSubject
  /** … and what the client is told of that. */
  readonly source: string
  readonly limit: number
}

/** The limit that applies to this caller's pulls from an organization, if any does. */
export async function pullLimitOf(
  house: House,
  { principal, context }: Caller,
  organization: OrganizationRecord,
): Promise<PullLimit | undefined> {
  if (principal.type === 'anonymous') {
    const limit = pullLimitsOf(organization).anonymous
    if (limit === undefined) return undefined
    const network = networkOf(context.address)
    return { subject: `address:${network}@${organization.id}`, source: network, limit }
  }
  if (principal.user !== undefined) {
    const limit = pullLimitsOf(organization).user
    if (limit === undefined) return undefined
    return { subject: `user:${principal.user}@${organization.id}`, source: principal.user, limit }
  }
  const limit = (await house.caches.credentials.get(principal.credential))?.record.pullLimit
  if (limit === undefined) return undefined
  return { subject: `credential:${principal.credential}`, source: principal.credential, limit }
}

/** What is left now, without taking any. */
export async function pullsLeft(house: House, limit: PullLimit, now: number): Promise<PullsLeft> {
  return leftOf(limit, await countsOf(house, limit).of(limit.subject), now)
}

/**
 * Takes one pull.
 * @throws {AppError} `too-many-requests` when none is left
 */
export async function takePull(
  house: House,
  caller: Caller,
  resource: Resource,
  repository: RepositoryRecord,
  limit: PullLimit,
): Promise<PullsLeft> {
  const { now } = caller.context
  const before = await pullsLeft(house, limit, now)
  // Whoever has none left costs a look and no write, however often they come.
  const taken =
    before.remaining === 0
      ? undefined
      : await countsOf(house, limit).take(limit.subject, {
          limit: limit.limit,
          now,
          after: now - PULL_WINDOW,
        })
  if (taken !== undefined) return leftOf(limit, taken, now)
  const pulls: PullsLeft = { ...before, remaining: 0 }
  await authorize(house, caller, 'content/read', resource, { repository, pulls })
  return pulls
}

function countsOf({ store, strangerPulls }: House, { subject }: PullLimit): Pick<PullCounts, 'of' | 'take'> {
  if (subject.startsWith('address:')) return strangerPulls
  return { of: store.read.pullCounts.of, take: store.single.pullCounts.take }
}

function leftOf({ limit, source }: PullLimit, count: PullCount | undefined, now: number): PullsLeft {
  const running = count !== undefined && count.windowStart > now - PULL_WINDOW ? count : undefined
  return {
    limit,
    source,
    windowSeconds: PULL_WINDOW / 1_000,
    remaining: Math.max(0, limit - (running?.pulls ?? 0)),
    resets: (running?.windowStart ?? now) + PULL_WINDOW,
  }
}
