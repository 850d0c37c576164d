import type { AccountName, OrganizationId, UserId } from '@wharden/policy'
import type { Session } from '../session.ts'

type Holder =
  | { readonly type: 'organization'; readonly id: OrganizationId }
  | { readonly type: 'user'; readonly id: UserId }

/** Users and organizations share one name space. @returns false if the name is taken */
export async function takeAccountName(session: Session, name: AccountName, holder: Holder): Promise<boolean> {
  const taken = await session.run(
    session.query
      .insertInto('account_name')
      .values({
        name,
        organization_id: holder.type === 'organization' ? holder.id : null,
        user_id: holder.type === 'user' ? holder.id : null,
      })
      .onConflict((conflict) => conflict.column('name').doNothing()),
  )
  return taken === 1
}

export async function isAccountNameTaken(session: Session, name: AccountName): Promise<boolean> {
  const { query } = session
  return (
    (await session.first(query.selectFrom('account_name').select('name').where('name', '=', name))) !==
    undefined
  )
}
