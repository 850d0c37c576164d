import type { CredentialId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { Tenant } from '../../../stores/metadata/port.ts'
import { authorize } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { belongs } from '../find-organization.ts'
import { requireSession, requireSignedIn, type SignedIn } from '../signed-in.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import { tokenState, tokenView } from './token-view.ts'

export async function showToken(house: House, caller: Caller, input: { readonly token: string }) {
  const token = await requireToken(house, caller, input.token, 'token/read')
  return tokenView(house.store.read, token, caller.context.now)
}

export async function deleteToken(
  house: House,
  caller: Caller,
  input: { readonly token: string },
): Promise<void> {
  const token = await requireToken(house, caller, input.token, 'token/edit')
  const actor = await actorOf(house, caller)
  await house.store.change(tenantOf(house, token), actor, async (tx) => {
    const before = await tx.credentials.byId(token.id)
    if (before === undefined || !isToken(before)) throw unknownToken(token.id)
    const state = await tokenState(tx, before, caller.context.now)
    await tx.credentials.delete(token.id)
    await tx.record(toStored({ type: 'token_deleted', subject: subjectOf(before), before: state }))
  })
}

/**
 * The token, once the caller may do `action` with it. A personal one is its user's own affair: any of their credentials
 * shows it, only they themselves, signed in, change it.
 * @throws {AppError} `not-found`, `denied`
 */
export async function requireToken(
  house: House,
  caller: Caller,
  text: string,
  action: 'token/read' | 'token/edit',
): Promise<TokenRecord> {
  const principal = requireSignedIn(caller)
  const id = text as CredentialId // any text may be an id: whether it is one, the store knows
  const token = await house.store.read.credentials.byId(id)
  if (token === undefined || !isToken(token) || !mayKnow(principal, token)) throw unknownToken(id)
  if (token.organization !== undefined) {
    await authorize(house, caller, action, { type: 'organization', organization: token.organization })
  } else if (action === 'token/edit') {
    requireSession(principal)
  }
  return token
}

function mayKnow(principal: SignedIn, { organization, user }: CredentialRecord): boolean {
  return organization === undefined ? user === principal.user : belongs(principal, organization)
}

/** Whose audit log a token's story is in. */
export function tenantOf(house: House, { organization }: Pick<CredentialRecord, 'organization'>): Tenant {
  return organization ?? house.store.installation
}

export function unknownToken(id: CredentialId): AppError {
  return new AppError('not-found', `there is no token \`${id}\`, or none that you may see`)
}
