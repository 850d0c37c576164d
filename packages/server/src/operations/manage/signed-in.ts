import type { Principal } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { Caller } from '../caller.ts'

/** Somebody whose credential was proven. */
export type SignedIn = Extract<Principal, { readonly type: 'credential' }>

/** @throws {AppError} `credential-invalid` for nobody */
export function requireSignedIn({ principal }: Caller): SignedIn {
  if (principal.type === 'credential') return principal
  throw new AppError(
    'credential-invalid',
    'sign in first: `wharden login`, or send a token as `Authorization: Bearer`',
  )
}
