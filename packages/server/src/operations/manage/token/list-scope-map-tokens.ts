import type { AccountName, CredentialId } from '@wharden/policy'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageView, type Paging } from '../page.ts'
import { requireScopeMap } from '../scope-map/require-scope-map.ts'
import { isToken } from './token-kind.ts'
import { tokenViews } from './token-view.ts'

/** Whom a change of a scope map concerns, in the order of their creation. @throws {AppError} `not-found` */
export async function listScopeMapTokens(
  house: House,
  caller: Caller,
  input: Paging & { readonly organization: AccountName; readonly scopeMap: string },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const { read } = house.store
  const { id } = await requireScopeMap(read, organization, input.scopeMap)
  // What isn't an id only says where to go on.
  const last = input.after as CredentialId | undefined
  const page = await read.credentials.list({ scopeMap: id }, { limit: input.limit, last })
  // Nothing but registry tokens has a scope map.
  const views = await tokenViews(read, page.items.filter(isToken), caller.context.now)
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    (view) => view.id,
  )
}
