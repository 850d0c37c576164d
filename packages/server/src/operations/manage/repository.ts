import type { RepositoryName } from '@wharden/oci'
import { visible, type AccountName, type OrganizationId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { OrganizationRecord } from '../../stores/metadata/port/accounts.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { RepositoryRecord, VisibleFilter } from '../../stores/metadata/port/repositories.ts'
import { authorize, mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import { gatherFacts } from '../gather-facts.ts'
import type { House } from '../house.ts'
import { removeRepository } from '../remove-repository.ts'
import { actorOf } from './actor.ts'
import { findOrganization, requireOrganization } from './find-organization.ts'
import { settingsOf } from '../organization-settings.ts'
import { pageView, type Paging } from './page.ts'
import { instant } from './time.ts'

type InOrganization = { readonly organization: AccountName }
type One = InOrganization & { readonly repository: RepositoryName }
type RepositorySettings = {
  readonly description?: string | undefined
  readonly visibility?: 'public' | 'private' | undefined
}

/** @throws {AppError} `conflict` if the name is taken */
export async function createRepository(
  house: House,
  caller: Caller,
  input: InOrganization & { readonly name: RepositoryName } & RepositorySettings,
) {
  const organization = await requireOrganization(house, caller, input.organization, 'repository/create')
  const { name, description, visibility = settingsOf(organization).defaultVisibility } = input
  const created = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const repository = await tx.repositories.create({
      organization: organization.id,
      name,
      description,
      visibility,
    })
    if (repository === undefined) {
      throw new AppError('conflict', `\`${organization.name}/${name}\` exists already`, { field: 'name' })
    }
    await tx.record(
      toStored({
        type: 'repository_created',
        subject: `repository/${organization.name}/${name}`,
        after: stateOf(repository),
      }),
    )
    return repository
  })
  return repositoryView(house, organization, created)
}

/** All names for whoever may list them; else the repositories that could be read. */
export async function listRepositories(
  house: House,
  caller: Caller,
  input: InOrganization & Paging & { readonly prefix?: string | undefined },
) {
  const organization = await findOrganization(house, caller, input.organization)
  const filter = await visibleTo(house, caller, organization.id)
  const { prefix = '', limit, after } = input
  // Names are in byte order, so those with a prefix stand together: begin just before it, stop after it.
  const last = after ?? (prefix === '' ? undefined : before(prefix))
  const page = await house.store.read.repositories.list(organization.id, filter, { limit: limit + 1, last })
  const items = page.items.filter(({ name }) => name.startsWith(prefix))
  return pageView(
    { items: items.slice(0, limit), more: items.length > limit },
    (repository) => repositoryView(house, organization, repository),
    ({ name }) => name,
  )
}

/** All for whoever may list them; else what `decide` would let them read. */
async function visibleTo(house: House, caller: Caller, organization: OrganizationId): Promise<VisibleFilter> {
  const resource = { type: 'organization', organization } as const
  if (await mayDo(house, caller, 'repository/list', resource)) return { type: 'all' }
  const facts = await gatherFacts(house, caller, resource, {})
  const policies = [await house.caches.policies.get(organization)]
  return visible(policies, { principal: caller.principal, organization }, facts, caller.context.now)
}

/** A text that sorts right before every name beginning with `prefix`: no name holds a space. */
function before(prefix: string): string {
  const end = prefix.length - 1
  return `${prefix.slice(0, end)}${String.fromCharCode(prefix.charCodeAt(end) - 1)}~`
}

export async function showRepository(house: House, caller: Caller, input: One) {
  const { organization, repository } = await requireRepository(house, caller, input)
  return repositoryView(house, organization, repository)
}

export async function updateRepository(house: House, caller: Caller, input: One & RepositorySettings) {
  const { organization, repository } = await findRepository(house, caller, input)
  const { id, name } = repository
  const { description, visibility } = input
  const resource = resourceOf(organization, repository)
  // What it says of itself is one of its attributes; who may see it is the organization's affair.
  const describes =
    visibility === undefined && (await mayDo(house, caller, 'metadata/write', resource, { repository }))
  if (!describes)
    await authorize(house, caller, 'repository/edit', { type: 'organization', organization: organization.id })
  const updated = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await tx.repositories.byId(id)
    if (visibility !== undefined) await tx.repositories.setVisibility(id, visibility)
    if (description !== undefined) await tx.repositories.setDescription(id, description)
    const after = await tx.repositories.byId(id)
    if (before === undefined || after === undefined) throw unknown(organization, name)
    await tx.record(
      toStored({
        type: 'repository_updated',
        subject: `repository/${organization.name}/${name}`,
        before: stateOf(before),
        after: stateOf(after),
      }),
    )
    return after
  })
  return repositoryView(house, organization, updated)
}

/** With all that is in it, unless one of its tags or manifests is locked against that. @throws {AppError} `not-found`, `denied` */
export async function deleteRepository(house: House, caller: Caller, input: One): Promise<void> {
  const { organization, repository } = await findRepository(house, caller, input)
  await authorize(house, caller, 'content/delete', resourceOf(organization, repository), { repository })
  await removeRepository(house, caller, repository, `${organization.name}/${repository.name}`)
}

/** The repository, once the caller may read what it is. @throws {AppError} `not-found`, `denied` */
export async function requireRepository(house: House, caller: Caller, input: One) {
  const found = await findRepository(house, caller, input)
  const { organization, repository } = found
  await authorize(house, caller, 'metadata/read', resourceOf(organization, repository), { repository })
  return found
}

/** The repository, if the caller may know that there is one. @throws {AppError} `not-found` */
export async function findRepository(
  house: House,
  caller: Caller,
  { organization: owner, repository: name }: One,
) {
  const organization = await house.store.read.organizations.byName(owner)
  const repository =
    organization === undefined ? undefined : await house.store.read.repositories.byName(organization.id, name)
  const known =
    organization !== undefined &&
    repository?.state === 'live' &&
    (await mayKnow(house, caller, organization, repository))
  if (!known) throw unknown({ name: owner }, name)
  return { organization, repository }
}

async function mayKnow(
  house: House,
  caller: Caller,
  organization: OrganizationRecord,
  repository: RepositoryRecord,
): Promise<boolean> {
  const resource = resourceOf(organization, repository)
  return (
    (await mayDo(house, caller, 'metadata/read', resource, { repository })) ||
    (await mayDo(house, caller, 'content/read', resource, { repository })) ||
    (await mayDo(house, caller, 'metadata/write', resource, { repository })) ||
    (await mayDo(house, caller, 'repository/list', { type: 'organization', organization: organization.id }))
  )
}

export function resourceOf(organization: OrganizationRecord, { id, name }: RepositoryRecord) {
  return { type: 'repository', organization: organization.id, repository: id, name } as const
}

function unknown(organization: { readonly name: string }, name: RepositoryName): AppError {
  return new AppError(
    'not-found',
    `there is no repository \`${organization.name}/${name}\`, or none that you may see`,
  )
}

function repositoryView(house: House, organization: OrganizationRecord, repository: RepositoryRecord) {
  const { name, description, visibility, locks, createdAt, updatedAt } = repository
  return {
    name,
    organization: organization.name,
    description,
    visibility,
    changeableAttributes: locks,
    reference: `${house.sites().advertised.authority}/${organization.name}/${name}`,
    createdAt: instant(createdAt),
    updatedAt: instant(updatedAt),
  }
}

function stateOf({ description, visibility }: RepositoryRecord): JsonObject {
  return { description, visibility }
}
