import type { AccountName } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { CompanyRecord } from '../../../stores/metadata/port/companies.ts'
import { mayDo } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireSignedIn } from '../signed-in.ts'

export type OneCompany = { readonly company: AccountName }

export const INSTALLATION = { type: 'installation' } as const

/** @throws {AppError} `not-found` */
export async function findCompany(house: House, name: AccountName): Promise<CompanyRecord> {
  const company = await house.store.read.companies.byName(name)
  if (company === undefined) throw unknownCompany(name)
  return company
}

/**
 * The company, for whoever may see the installation and for its owners; for everybody else there is none.
 * @throws {AppError} `not-found`
 */
export async function requireCompany(
  house: House,
  caller: Caller,
  name: AccountName,
): Promise<CompanyRecord> {
  const { user } = requireSignedIn(caller)
  const { companies } = house.store.read
  const company = await findCompany(house, name)
  if (await mayDo(house, caller, 'installation/read', INSTALLATION)) return company
  if (user !== undefined && (await companies.isOwner(company.id, user))) return company
  throw unknownCompany(name)
}

export function unknownCompany(name: AccountName): AppError {
  return new AppError('not-found', `there is no company \`${name}\`, or none that you may see`)
}
