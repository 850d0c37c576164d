import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { CompanyRecord } from '../../../stores/metadata/port/companies.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { authorize } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { findOrganization } from '../find-organization.ts'
import { organizationView } from '../organization.ts'
import { pageView, type Paging } from '../page.ts'
import { findCompany, INSTALLATION, requireCompany, unknownCompany, type OneCompany } from './find-company.ts'

type One = OneCompany & { readonly organization: AccountName }

export async function listCompanyOrganizations(house: House, caller: Caller, input: OneCompany & Paging) {
  const { id } = await requireCompany(house, caller, input.company)
  // A name that isn't one only says where to go on; the store compares it as text.
  const last = input.after as AccountName | undefined
  const page = await house.store.read.companies.organizations(id, { limit: input.limit, last })
  const views = await Promise.all(page.items.map((organization) => organizationView(house, organization)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ name }) => name,
  )
}

/** @throws {AppError} `conflict` if it belongs to another company */
export async function addCompanyOrganization(house: House, caller: Caller, input: One) {
  const { company, organization } = await requireBoth(house, caller, input)
  const { store } = house
  const placed = await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const before = await current(tx, company, organization)
    if (before.company === company.id) return before
    if (before.company !== undefined) throw elsewhere(organization, await tx.companies.byId(before.company))
    await tx.companies.place(organization.id, company.id)
    await recordInBoth(tx, company, organization, 'company_organization_added')
    return { ...before, company: company.id }
  })
  return organizationView(house, placed)
}

/** @throws {AppError} `not-found` if it doesn't belong to the company */
export async function removeCompanyOrganization(house: House, caller: Caller, input: One): Promise<void> {
  const { company, organization } = await requireBoth(house, caller, input)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const before = await current(tx, company, organization)
    if (before.company !== company.id) {
      throw new AppError(
        'not-found',
        `\`${organization.name}\` does not belong to the company \`${company.name}\``,
      )
    }
    await tx.companies.place(organization.id, undefined)
    await recordInBoth(tx, company, organization, 'company_organization_removed')
  })
}

async function requireBoth(house: House, caller: Caller, input: One) {
  await authorize(house, caller, 'installation/edit', INSTALLATION)
  const company = await findCompany(house, input.company)
  return { company, organization: await findOrganization(house, caller, input.organization) }
}

/** The organization inside the change, whose row is locked from here on. @throws {AppError} `not-found` */
async function current(
  tx: ChangeNouns,
  company: CompanyRecord,
  { id, name }: OrganizationRecord,
): Promise<OrganizationRecord> {
  await tx.join(id)
  const organization = await tx.organizations.byId(id)
  if (organization === undefined) throw new AppError('not-found', `there is no organization \`${name}\``)
  if ((await tx.companies.byId(company.id)) === undefined) throw unknownCompany(company.name)
  return organization
}

/** In the installation's log, and in the organization's: somebody else manages it now. */
async function recordInBoth(
  tx: ChangeNouns,
  company: CompanyRecord,
  organization: OrganizationRecord,
  type: 'company_organization_added' | 'company_organization_removed',
): Promise<void> {
  const subject = `company/${company.name}` as const
  const state = { organization: organization.name }
  const event = toStored(
    type === 'company_organization_added'
      ? { type, subject, after: state }
      : { type, subject, before: state },
  )
  await tx.record(event)
  await (await tx.join(organization.id)).record(event)
}

function elsewhere(organization: OrganizationRecord, company: CompanyRecord | undefined): AppError {
  const name = company?.name ?? 'another'
  return new AppError(
    'conflict',
    `\`${organization.name}\` belongs to the company \`${name}\`; take it out of that first`,
  )
}
