import type { AccountName, OrganizationId } from '@wharden/policy'
import { sql } from 'kysely'
import type { Standing } from '../port/invites.ts'
import type { Session } from '../session.ts'
import { inviteOf, selectInvites } from './invite-row.ts'

type Invitees = { readonly names: readonly AccountName[]; readonly emails: readonly string[] }

/** Three statements, however many are asked for: a thousand may be invited while the organization waits. */
export async function inviteStanding(
  session: Session,
  organization: OrganizationId,
  { names, emails }: Invitees,
): Promise<Standing> {
  const users = new Map((await usersNamed(session, names)).map(({ name, id }) => [name, id]))
  const ids = [...users.values()]
  const open = await session.all(
    selectInvites(session)
      .where('invite.organization_id', '=', organization)
      .where('invite.state', '=', 'pending')
      .where(({ eb, or }) =>
        or([
          ...(ids.length > 0 ? [eb('invite.user_id', 'in', ids)] : []),
          ...(emails.length > 0 ? [eb('invite.email', 'in', emails)] : []),
        ]),
      ),
  )
  return {
    users,
    members: await membersAmong(session, organization, { names, emails }),
    open: open.map((row) => inviteOf(row, session.now())),
  }
}

async function usersNamed({ query, all }: Session, names: readonly AccountName[]) {
  if (names.length === 0) return []
  return all(query.selectFrom('user_account').select(['id', 'name']).where('name', 'in', names))
}

async function membersAmong(
  { query, all }: Session,
  organization: OrganizationId,
  { names, emails }: Invitees,
): Promise<ReadonlySet<string>> {
  const email = sql<string>`lower(user_account.email)`
  const rows = await all(
    query
      .selectFrom('membership')
      .innerJoin('user_account', 'user_account.id', 'membership.user_id')
      .select(['user_account.name', email.as('email')])
      .where('membership.organization_id', '=', organization)
      .where(({ eb, or }) =>
        or([
          ...(names.length > 0 ? [eb('user_account.name', 'in', names)] : []),
          ...(emails.length > 0 ? [eb(email, 'in', emails)] : []),
        ]),
      ),
  )
  return new Set(rows.flatMap((row) => [row.name, row.email]))
}
