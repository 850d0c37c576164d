import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { CompanyRecord } from '../../../stores/metadata/port/companies.ts'
import { mayDo } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireUser } from '../find-user.ts'
import { pageView, type Paging } from '../page.ts'
import { personView } from '../person-view.ts'
import { requireSignedIn } from '../signed-in.ts'
import { INSTALLATION, requireCompany, unknownCompany, type OneCompany } from './find-company.ts'
import { recordInOrganizations } from './record-in-organizations.ts'

type One = OneCompany & { readonly user: AccountName }

export async function listCompanyOwners(house: House, caller: Caller, input: OneCompany & Paging) {
  const { id } = await requireCompany(house, caller, input.company)
  // A name that isn't one only says where to go on; the store compares it as text.
  const last = input.after as AccountName | undefined
  const page = await house.store.read.companies.owners(id, { limit: input.limit, last })
  return pageView(page, personView, ({ user }) => user.name)
}

/** From now on they manage the company's organizations as their owners do. @throws {AppError} `denied` to tokens */
export async function addCompanyOwner(house: House, caller: Caller, input: One): Promise<void> {
  const { company } = await requireMayAppoint(house, caller, input)
  const user = await requireUser(house, input.user)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    if ((await tx.companies.byId(company.id)) === undefined) throw unknownCompany(company.name)
    if (!(await tx.companies.addOwner(company.id, user.id))) return
    const subject = `company/${company.name}` as const
    const event = { type: 'company_owner_added', subject, after: { user: user.name } } as const
    await tx.record(toStored(event))
    await recordInOrganizations(tx, company.id, event)
  })
}

/** @throws {AppError} `conflict` if an owner would leave the company without any */
export async function removeCompanyOwner(house: House, caller: Caller, input: One): Promise<void> {
  const { company, administrator } = await requireMayAppoint(house, caller, input)
  const user = await requireUser(house, input.user)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    if (!(await tx.companies.removeOwner(company.id, user.id))) {
      throw new AppError('not-found', `\`${user.name}\` is not an owner of the company \`${company.name}\``)
    }
    // The installation's row is locked by the change, so two owners can't remove each other at the same time.
    if (!administrator && (await tx.companies.countOwners(company.id)) === 0) throw lastOwner(company)
    const subject = `company/${company.name}` as const
    const event = { type: 'company_owner_removed', subject, before: { user: user.name } } as const
    await tx.record(toStored(event))
    await recordInOrganizations(tx, company.id, event)
  })
}

/** Installation administrators, and the company's owners, at a keyboard. @throws {AppError} */
async function requireMayAppoint(house: House, caller: Caller, input: OneCompany) {
  const company = await requireCompany(house, caller, input.company)
  if (requireSignedIn(caller).kind !== 'session') {
    throw new AppError(
      'denied',
      'no token can make or remove an owner; sign in with `wharden login` and do it yourself',
    )
  }
  return { company, administrator: await mayDo(house, caller, 'installation/edit', INSTALLATION) }
}

function lastOwner({ name }: CompanyRecord): AppError {
  return new AppError(
    'conflict',
    `this is the last owner of the company \`${name}\`; make somebody else an owner first, or ask an installation administrator`,
  )
}
