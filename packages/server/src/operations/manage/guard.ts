import type { AccountName, OrganizationId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { toCertificateBundle } from '../../identity/certificate-bundle.ts'
import type { GuardRecord } from '../../stores/metadata/port/installation.ts'
import type { OrganizationRecord } from '../../stores/metadata/port/accounts.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { findOrganization, requireOrganization } from './find-organization.ts'
import { listKeys } from './key.ts'
import { pageOfAll, pageView, type Paging } from './page.ts'
import { instant } from './time.ts'

type InOrganization = { readonly organization: AccountName }
type One = InOrganization & { readonly service: string }

/**
 * Registers a registry that is to trust our tokens. A registry that trusts our keys takes every token that names it, so
 * who may name it is the installation's to say: an owner could name another's and let their own people in.
 * @throws {AppError} `conflict` if it is registered already
 */
export async function createGuard(
  house: House,
  caller: Caller,
  input: One & { readonly description: string },
) {
  const organization = await findOrganization(house, caller, input.organization)
  await authorize(house, caller, 'installation/edit', { type: 'installation' })
  const { service, description } = input
  requireForeign(house, service)
  const created = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const taken = await tx.guards.byService(service)
    if (taken !== undefined) throw conflict(service, taken.organization === organization.id)
    const guard = await tx.guards.put(service, organization.id)
    if (description !== '') await tx.settings.put(descriptionKey(service), description)
    await tx.record(
      toStored({
        type: 'guard_created',
        subject: `guard/${organization.name}/${service}`,
        after: { description },
      }),
    )
    return guard
  })
  return material(house, organization, created)
}

/** Tokens for ourselves are made by our own rules, never by a guard's. */
function requireForeign(house: House, service: string): void {
  const sites = house.sites()
  if ((sites.find(true, service) ?? sites.find(false, service)) === undefined) return
  throw new AppError(
    'invalid',
    `\`${service}\` is this server; give the name of the registry that is to trust it`,
    { field: 'service' },
  )
}

function conflict(service: string, own: boolean): AppError {
  const message = own
    ? `\`${service}\` is registered already`
    : `\`${service}\` is registered by another organization`
  return new AppError('conflict', message, { field: 'service' })
}

export async function listGuards(house: House, caller: Caller, input: InOrganization & Paging) {
  const organization = await requireOrganization(house, caller, input.organization, 'organization/read')
  const all = await house.store.read.guards.list()
  const own = all.filter((guard) => guard.organization === organization.id)
  const page = pageOfAll(own, input, ({ service }) => service)
  const views = await Promise.all(page.items.map((guard) => guardView(house, organization, guard)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ service }) => service,
  )
}

export async function showGuard(house: House, caller: Caller, input: One) {
  const organization = await requireOrganization(house, caller, input.organization, 'organization/read')
  const guard = await house.store.read.guards.byService(input.service)
  if (guard?.organization !== organization.id) throw unknown(organization, input.service)
  return material(house, organization, guard)
}

export async function deleteGuard(house: House, caller: Caller, input: One): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'organization/edit')
  const { service } = input
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const guard = await tx.guards.byService(service)
    if (guard?.organization !== organization.id) throw unknown(organization, service)
    const description = await tx.settings.get(descriptionKey(service))
    await tx.guards.delete(service)
    await tx.settings.delete(descriptionKey(service))
    await tx.record(
      toStored({
        type: 'guard_deleted',
        subject: `guard/${organization.name}/${service}`,
        before: { description: description ?? '' },
      }),
    )
  })
}

function unknown(organization: OrganizationRecord, service: string): AppError {
  return new AppError('not-found', `\`${organization.name}\` guards no registry \`${service}\``)
}

/** The store's row has no room for it. */
function descriptionKey(service: string): string {
  return `guard-description/${service}`
}

async function guardView(
  house: House,
  { name }: { readonly name: AccountName; readonly id: OrganizationId },
  guard: GuardRecord,
) {
  const description = await house.store.read.settings.get(descriptionKey(guard.service))
  return {
    service: guard.service,
    organization: name,
    description: typeof description === 'string' ? description : '',
    createdAt: instant(guard.createdAt),
  }
}

async function material(house: House, organization: OrganizationRecord, guard: GuardRecord) {
  return {
    guard: await guardView(house, organization, guard),
    realm: `${house.sites().advertised.origin}/token`,
    issuer: house.identity.issuer,
    jwks: await listKeys(house, 'libtrust'),
    certificates: await toCertificateBundle(house.identity.keys.access.current(), house.clock()),
  }
}
