import type { AccountName } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireOrganization } from '../find-organization.ts'
import { isToken, type TokenRecord } from './token-kind.ts'

/**
 * An organization's registry token by its login name, once the caller may do `action` with it.
 * @throws {AppError} `not-found`, `denied`
 */
export async function tokenByName(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName; readonly name: string },
  action: 'token/read' | 'token/edit',
): Promise<TokenRecord> {
  const organization = await requireOrganization(house, caller, input.organization, action)
  const token = await house.store.read.credentials.byName(organization.id, 'registry-token', input.name)
  if (token !== undefined && isToken(token)) return token
  throw new AppError('not-found', `\`${organization.name}\` has no registry token \`${input.name}\``)
}
