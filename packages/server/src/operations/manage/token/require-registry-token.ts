import type { OrganizationId } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import type { TokenRecord } from './token-kind.ts'
import { requireToken } from './token.ts'

export type RegistryToken = TokenRecord & { readonly organization: OrganizationId }

/** A token with passwords, once the caller may change it. @throws {AppError} `not-found`, `denied`, `invalid` */
export async function requireRegistryToken(
  house: House,
  caller: Caller,
  text: string,
): Promise<RegistryToken> {
  const token = await requireToken(house, caller, text, 'token/edit')
  const { kind, organization } = token
  if (kind === 'registry-token' && organization !== undefined) return { ...token, organization }
  throw new AppError(
    'invalid',
    'only registry tokens have passwords; this one has a single secret: rotate it with `wharden token rotate`',
    { field: 'token' },
  )
}
