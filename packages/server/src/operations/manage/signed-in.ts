import type { Principal, UserId } from '@wharden/policy'
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

/** @throws {AppError} `denied`: a token that could make or widen tokens could outlive its own end */
export function requireSession({ kind }: SignedIn): void {
  if (kind === 'session') return
  throw new AppError(
    'denied',
    'no token can make or change personal access tokens; sign in with `wharden login` first',
  )
}

/** The person behind a session or a personal token. @throws {AppError} `invalid` for an organization's token */
export function requirePerson(caller: Caller): UserId {
  const { user } = requireSignedIn(caller)
  if (user !== undefined) return user
  throw new AppError(
    'invalid',
    'an organization’s token is nobody’s own; name the organization, or sign in as a person',
    { field: 'organization' },
  )
}
