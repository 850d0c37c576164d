import { isIP } from 'node:net'
import type { AccountName, UserId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { OrganizationRecord, Plan } from '../../stores/metadata/port/accounts.ts'
import type { JsonObject, Page } from '../../stores/metadata/port/page.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import { authorize, mayDo } from '../authorize.ts'
import { resourceIdOf, tenantOfInstallation } from '../azure-ids.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { changedSettings, settingsOf, type SettingsChange } from '../organization-settings.ts'
import { findOrganization, requireOrganization } from './find-organization.ts'
import { pageOfAll, pageView, type Paging } from './page.ts'
import { requirePerson, requireSignedIn, type SignedIn } from './signed-in.ts'
import { instant } from './time.ts'

/** What is absent stays as it is. */
export type OrganizationChange = SettingsChange & {
  readonly displayName?: string | undefined
  readonly plan?: Plan | undefined
}

const INSTALLATION = { type: 'installation' } as const

/** Makes an organization and whoever asked its first owner. @throws {AppError} `conflict` if a user or organization has the name */
export async function createOrganization(
  house: House,
  caller: Caller,
  input: { readonly name: AccountName } & OrganizationChange,
) {
  await authorize(house, caller, 'organization/create', INSTALLATION)
  const actor = await actorOf(house, caller)
  // Only people have this right, and their actor is themselves.
  const owner = { id: requirePerson(caller), name: actor.name }
  const created = await house.store.change(house.store.installation, actor, (tx) =>
    addOrganization(tx, input, owner),
  )
  return organizationView(house, created)
}

/**
 * The part of a change of the installation that adds an organization and its first owner: remembered there, and as the
 * beginning of the organization's own chain.
 * @throws {AppError} `conflict`
 */
export async function addOrganization(
  tx: ChangeNouns,
  { name, displayName, plan, ...settings }: { readonly name: AccountName } & OrganizationChange,
  owner: { readonly id: UserId; readonly name: string },
): Promise<OrganizationRecord> {
  const organization = await tx.organizations.create({
    name,
    displayName,
    plan,
    settings: changedSettings({ settings: {} }, settings),
  })
  if (organization === undefined) {
    throw new AppError(
      'conflict',
      `the name \`${name}\` is taken by an organization or a user; choose another`,
      {
        field: 'name',
      },
    )
  }
  await tx.memberships.put(organization.id, owner.id, 'owner')
  await tx.record(toStored(creation(organization)))
  const chain = await tx.join(organization.id)
  await chain.record(toStored(creation(organization)))
  const subject = `member/${name}/${owner.name}` as const
  await chain.record(toStored({ type: 'member_added', subject, after: { role: 'owner' } }))
  return organization
}

function creation(organization: OrganizationRecord) {
  return {
    type: 'organization_created',
    subject: `organization/${organization.name}`,
    after: stateOf(organization),
  } as const
}

/** All of them for whoever may see the installation; for everybody else those they belong to, or own by a company. */
export async function listOrganizations(house: House, caller: Caller, paging: Paging) {
  const principal = requireSignedIn(caller)
  const page = (await mayDo(house, caller, 'installation/read', INSTALLATION))
    ? await allOrganizations(house, paging)
    : pageOfAll(await ownOrganizations(house, principal), paging, ({ name }) => name)
  const views = await Promise.all(page.items.map((organization) => organizationView(house, organization)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ name }) => name,
  )
}

function allOrganizations(house: House, { limit, after }: Paging): Promise<Page<OrganizationRecord>> {
  // A name that isn't one only says where to go on; the store compares it as text.
  return house.store.read.organizations.list({ limit, last: after as AccountName | undefined })
}

async function ownOrganizations(house: House, principal: SignedIn): Promise<readonly OrganizationRecord[]> {
  const ids = new Set([
    ...principal.memberships.map((membership) => membership.organization),
    ...(principal.companyOwnerOf ?? []),
  ])
  if (principal.organization !== undefined) ids.add(principal.organization)
  const found = await Promise.all([...ids].map((id) => house.store.read.organizations.byId(id)))
  return found.filter((organization) => organization !== undefined)
}

export async function showOrganization(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName },
) {
  const { organization: name } = input
  const found = (await mayDo(house, caller, 'installation/read', INSTALLATION))
    ? await findOrganization(house, caller, name)
    : await requireOrganization(house, caller, name, 'organization/read')
  return organizationView(house, found)
}

/** The plan is the installation's to change, everything else the organization's own. @throws {AppError} */
export async function updateOrganization(
  house: House,
  caller: Caller,
  { organization: name, ...fields }: { readonly organization: AccountName } & OrganizationChange,
) {
  const { displayName, plan, ...settings } = fields
  const { id } = await findOrganization(house, caller, name)
  if (plan !== undefined) await authorize(house, caller, 'installation/edit', INSTALLATION)
  const changesOwn = [displayName, ...Object.values(settings)].some((value) => value !== undefined)
  if (plan === undefined || changesOwn) {
    await authorize(house, caller, 'organization/edit', { type: 'organization', organization: id })
  }
  const updated = await house.store.change(id, await actorOf(house, caller), async (tx) => {
    const before = await tx.organizations.byId(id)
    const after =
      before === undefined
        ? undefined
        : await tx.organizations.update(id, {
            displayName,
            plan,
            settings: changedSettings(before, settings),
          })
    if (before === undefined || after === undefined)
      throw new AppError('not-found', `there is no organization \`${name}\``)
    await tx.record(
      toStored({
        type: 'organization_updated',
        subject: `organization/${name}`,
        before: stateOf(before),
        after: stateOf(after),
      }),
    )
    return after
  })
  return organizationView(house, updated)
}

/** An organization as the API shows it. */
export async function organizationView(house: House, organization: OrganizationRecord) {
  const { company } = organization
  const { authority } = house.sites().advertised
  const named = isIP(house.config.host.replace(/^\[|\]$/g, '')) === 0
  return {
    name: organization.name,
    displayName: organization.displayName,
    plan: organization.plan,
    ...settingsOf(organization),
    registry: {
      path: `${authority}/${organization.name}`,
      host: named ? `${organization.name}.${authority}` : null,
      resourceId: resourceIdOf(organization),
      tenantId: tenantOfInstallation(house.identity.issuer),
    },
    company: company === undefined ? null : ((await house.store.read.companies.byId(company))?.name ?? null),
    createdAt: instant(organization.createdAt),
  }
}

export function stateOf(organization: OrganizationRecord): JsonObject {
  const { displayName, plan } = organization
  return { displayName, plan, ...settingsOf(organization) }
}
