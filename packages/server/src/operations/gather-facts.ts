/**
 * The one place that fills `Facts`: the state a decision needs besides what organizations wrote.
 * What can't be found out is left absent, and `decide` denies where it turns out to be needed.
 */
import type {
  AddressFact,
  CredentialFact,
  Facts,
  OrganizationId,
  Principal,
  RepositoryFact,
  Resource,
} from '@wharden/policy'
import { categorize, governingOrganizations } from '@wharden/policy'
import { cidrContains, parseAddress } from '@wharden/system'
import type { Locks, RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'

/** What the caller of `authorize` has in hand already. */
export type KnownFacts = {
  readonly repository?: RepositoryRecord | undefined
  readonly tagLocks?: Locks | undefined
  readonly manifestLocks?: Locks | undefined
}

export async function gatherFacts(
  house: House,
  caller: Caller,
  resource: Resource,
  known: KnownFacts,
): Promise<Facts> {
  const credential = await credentialOf(house, caller.principal)
  return {
    governing: governingOrganizations(caller.principal, resource, await siteOrganization(house, caller)),
    credential: factOf(credential),
    address: addressFact(credential, caller.context.address),
    repository: repositoryFact(known),
    image: resource.type === 'upstream' ? categorize(resource) : undefined,
    quota: { type: 'unlimited' },
  }
}

/** Looked up anew for every decision: a revocation since the token was verified must count. */
async function credentialOf(house: House, principal: Principal): Promise<KnownCredential | undefined> {
  return principal.type === 'anonymous' ? undefined : house.caches.credentials.get(principal.credential)
}

function factOf(credential: KnownCredential | undefined): CredentialFact {
  return credential?.fact ?? { type: 'unknown' }
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

async function siteOrganization(house: House, caller: Caller): Promise<OrganizationId | undefined> {
  const { site } = caller.context
  return site.type === 'organization'
    ? (await house.caches.organizations.get(site.organization))?.id
    : undefined
}
