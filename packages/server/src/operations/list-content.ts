import type { Digest } from '@wharden/oci'
import { visible, visibleEverywhere } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { ManifestSummary, TagRecord } from '../stores/metadata/port/manifests.ts'
import type { Page, PageQuery } from '../stores/metadata/port/page.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import { gatherFacts } from './gather-facts.ts'
import type { House } from './house.ts'
import { requireLive } from './require-live.ts'
import type { Target } from './target.ts'

/** Tags in byte order. @throws {AppError} `denied`, `repository-unknown` */
export async function listTags(
  house: House,
  caller: Caller,
  target: Target,
  page: PageQuery,
): Promise<Page<TagRecord>> {
  await authorizeTarget(house, caller, target, 'list')
  return house.store.read.tags.list(requireLive(target).id, page)
}

/** Manifests whose subject is `digest`; none where nothing was pushed yet, as the subject need not be known. @throws {AppError} `denied` */
export async function listReferrers(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
  query: PageQuery & { readonly artifactType?: string | undefined },
): Promise<Page<ManifestSummary>> {
  await authorizeTarget(house, caller, target, 'list')
  if (target.type === 'ours' && target.repository?.state !== 'live') return { items: [], more: false }
  return house.store.read.manifests.referrers(requireLive(target).id, digest, query)
}

/**
 * Names of the repositories the caller could read, as this site writes them.
 * @throws {AppError} `credential-invalid` for nobody; `scope-needed` where the token wasn't asked for the catalog
 */
export async function listCatalog(house: House, caller: Caller, page: PageQuery): Promise<Page<string>> {
  const { principal, asked, context } = caller
  const scopes = [{ type: 'registry', name: 'catalog', actions: ['*'] }] as const
  if (asked !== 'everything' && !asked.some((scope) => scope.type === 'registry')) {
    const code = principal.type === 'anonymous' ? 'credential-invalid' : 'scope-needed'
    throw new AppError(code, 'listing repositories needs a token for the catalog', { scopes })
  }
  if (context.site.type === 'root') {
    const facts = await gatherFacts(house, caller, { type: 'installation' }, {})
    const filter = visibleEverywhere(principal, facts, context.now)
    const found = await house.store.read.repositories.catalog(filter, page)
    return { more: found.more, items: found.items.map((entry) => entry.fullName) }
  }
  const organization = await house.caches.organizations.get(context.site.organization)
  if (organization === undefined) return { more: false, items: [] }
  const facts = await gatherFacts(house, caller, { type: 'organization', organization: organization.id }, {})
  const policies = [await house.caches.policies.get(organization.id)]
  const filter = visible(policies, { principal, organization: organization.id }, facts, context.now)
  const found = await house.store.read.repositories.list(organization.id, filter, page)
  return { more: found.more, items: found.items.map((repository) => repository.name) }
}
