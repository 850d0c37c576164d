/**
 * Companies: several organizations with owners in common. Who owns one stands in `company-owner`, what belongs to it in
 * `company-organization`.
 */
import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { CompanyRecord } from '../../../stores/metadata/port/companies.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import { authorize, mayDo } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { requireSignedIn } from '../signed-in.ts'
import { instant } from '../time.ts'
import { findCompany, INSTALLATION, requireCompany, unknownCompany, type OneCompany } from './find-company.ts'
import { recordInOrganizations } from './record-in-organizations.ts'

type Settings = { readonly displayName?: string | undefined }

/** @throws {AppError} `conflict` if the name is taken */
export async function createCompany(
  house: House,
  caller: Caller,
  { name, displayName }: { readonly name: AccountName } & Settings,
) {
  await authorize(house, caller, 'installation/edit', INSTALLATION)
  const { store } = house
  const created = await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const company = await tx.companies.create({ name, displayName })
    if (company === undefined) {
      throw new AppError('conflict', `there is a company \`${name}\` already; choose another name`, {
        field: 'name',
      })
    }
    await tx.record(
      toStored({ type: 'company_created', subject: `company/${name}`, after: stateOf(company) }),
    )
    return company
  })
  return companyView(created)
}

/** All of them for whoever may see the installation; for everybody else those they own. */
export async function listCompanies(house: House, caller: Caller, paging: Paging) {
  const { user } = requireSignedIn(caller)
  const { companies } = house.store.read
  // A name that isn't one only says where to go on; the store compares it as text.
  const last = paging.after as AccountName | undefined
  const page = (await mayDo(house, caller, 'installation/read', INSTALLATION))
    ? await companies.list({ limit: paging.limit, last })
    : pageOfAll(user === undefined ? [] : await companies.ownedBy(user), paging, ({ name }) => name)
  return pageView(page, companyView, ({ name }) => name)
}

export async function showCompany(house: House, caller: Caller, input: OneCompany) {
  return companyView(await requireCompany(house, caller, input.company))
}

export async function updateCompany(house: House, caller: Caller, input: OneCompany & Settings) {
  await authorize(house, caller, 'installation/edit', INSTALLATION)
  const { id, name } = await findCompany(house, input.company)
  const { displayName } = input
  const { store } = house
  const updated = await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const before = await tx.companies.byId(id)
    const after = await tx.companies.update(id, { displayName })
    if (before === undefined || after === undefined) throw unknownCompany(name)
    await tx.record(
      toStored({
        type: 'company_updated',
        subject: `company/${name}`,
        before: stateOf(before),
        after: stateOf(after),
      }),
    )
    return after
  })
  return companyView(updated)
}

/** Its organizations stay, and are their own owners' alone. */
export async function deleteCompany(house: House, caller: Caller, input: OneCompany): Promise<void> {
  await authorize(house, caller, 'installation/edit', INSTALLATION)
  const { id, name } = await findCompany(house, input.company)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const before = await tx.companies.byId(id)
    if (before === undefined) throw unknownCompany(name)
    const event = { type: 'company_deleted', subject: `company/${name}`, before: stateOf(before) } as const
    await tx.record(toStored(event))
    await recordInOrganizations(tx, id, event)
    await tx.companies.delete(id)
  })
}

function companyView({ name, displayName, createdAt }: CompanyRecord) {
  return { name, displayName, createdAt: instant(createdAt) }
}

function stateOf({ displayName }: CompanyRecord): JsonObject {
  return { displayName }
}
