/**
 * The one place that fills `Facts`: the state a decision needs besides what organizations wrote.
 * What can't be found out is left absent, and `decide` denies where it turns out to be needed.
 */
import type {
  AddressFact,
  CredentialFact,
  Facts,
  OrganizationId,
  QuotaFact,
  RepositoryFact,
  Resource,
} from '@wharden/policy'
import { categorize, governingOrganizations } from '@wharden/policy'
import { cidrContains, parseAddress } from '@wharden/system'
import type { Locks, RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import type { PullsLeft } from '../pulls-left.ts'
import type { Site } from '../sites.ts'
import { ageLimitsOf } from './age-limits.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'

/** What the caller of `authorize` has in hand already. */
export type KnownFacts = {
  readonly repository?: RepositoryRecord | undefined
  readonly tagLocks?: Locks | undefined
  readonly manifestLocks?: Locks | undefined
  /** Of a limit that this would be counted in; nothing else is limited. */
  readonly pulls?: PullsLeft | undefined
}

export async function gatherFacts(
  house: House,
  caller: Caller,
  resource: Resource,
  known: KnownFacts,
): Promise<Facts> {
  const { principal, context } = caller
  // Looked up anew for every decision: a revocation since the token was verified must count.
  const credential =
    principal.type === 'anonymous' ? undefined : await house.caches.credentials.get(principal.credential)
  const site = context.site.type === 'organization' ? await siteOrganization(house, context.site) : undefined
  return {
    governing: governingOrganizations(principal, resource, site),
    credential: await factOf(house, credential),
    address: addressFact(credential, context.address),
    repository: repositoryFact(known),
    image: resource.type === 'upstream' ? categorize(resource) : undefined,
    quota: quotaFact(known),
  }
}

async function factOf(house: House, credential: KnownCredential | undefined): Promise<CredentialFact> {
  if (credential === undefined) return { type: 'unknown' }
  const { fact } = credential
  if (fact.type !== 'active') return fact
  const ageLimits = await ageLimitsOf(house, credential)
  return ageLimits.length === 0 ? fact : { ...fact, ageLimits }
}

function addressFact(credential: KnownCredential | undefined, client: string): AddressFact {
  const allowed = credential?.allowedAddresses ?? []
  if (allowed.length === 0 && (credential?.record.allowedAddresses.length ?? 0) === 0)
    return { type: 'unrestricted' }
  const address = parseAddress(client)
  const inside = address !== undefined && allowed.some((range) => cidrContains(range, address))
  return inside ? { type: 'inside' } : { type: 'outside', client }
}

function repositoryFact({ repository, tagLocks, manifestLocks }: KnownFacts): RepositoryFact {
  if (repository?.state !== 'live') return { type: 'absent' }
  const { visibility, locks } = repository
  return { type: 'present', visibility, locks, tagLocks, manifestLocks }
}

function quotaFact({ pulls }: KnownFacts): QuotaFact {
  if (pulls === undefined) return { type: 'unlimited' }
  const { limit, remaining, resets } = pulls
  return { type: 'window', limit, remaining, resets }
}

async function siteOrganization(
  house: House,
  site: Extract<Site, { readonly type: 'organization' }>,
): Promise<OrganizationId | undefined> {
  return (await house.caches.organizations.get(site.organization))?.id
}
