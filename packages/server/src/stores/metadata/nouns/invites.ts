import { newId } from '../id.ts'
import type { InviteReader, Invites } from '../port/invites.ts'
import type { Session, TransactionSession } from '../session.ts'
import { inviteEnds } from './invite-ends.ts'
import { inviteOf, inviteRow, selectInvites } from './invite-row.ts'
import { inviteStanding } from './invite-standing.ts'
import { pageOf } from './page-of.ts'

export function inviteReader(session: Session): InviteReader {
  const all = () => selectInvites(session)
  const waiting = () =>
    all().where('invite.state', '=', 'pending').where('invite.expires_at', '>', session.now())
  return {
    async byId(id) {
      const row = await session.first(all().where('invite.id', '=', id))
      return row === undefined ? undefined : inviteOf(row, session.now())
    },

    async byLink(hash) {
      const row = await session.first(
        all()
          .innerJoin('invite_link', 'invite_link.invite_id', 'invite.id')
          .select('invite_link.replaced_at')
          .where('invite_link.hash', '=', hash),
      )
      if (row === undefined) return undefined
      return { invite: inviteOf(row, session.now()), replaced: row.replaced_at !== null }
    },

    async ofOrganization(organization, { state, last = '', limit }) {
      const now = session.now()
      const invites = all().where('invite.organization_id', '=', organization).where('invite.id', '>', last)
      const chosen = invites.where(({ eb, and, or }) => {
        const expired = and([eb('invite.state', '=', 'pending'), eb('invite.expires_at', '<=', now)])
        if (state === undefined) return and([])
        if (state === 'expired') return or([eb('invite.state', '=', 'expired'), expired])
        if (state === 'pending')
          return and([eb('invite.state', '=', 'pending'), eb('invite.expires_at', '>', now)])
        return eb('invite.state', '=', state)
      })
      const rows = await session.all(chosen.orderBy('invite.id').limit(limit + 1))
      return pageOf(rows, limit, (row) => inviteOf(row, now))
    },

    async waitingFor(user) {
      const rows = await session.all(waiting().where('invite.user_id', '=', user).orderBy('invite.id'))
      return rows.map((row) => inviteOf(row, session.now()))
    },

    async countPending(organization) {
      const row = await session.first(
        session.query
          .selectFrom('invite')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('organization_id', '=', organization)
          .where('state', '=', 'pending')
          .where('expires_at', '>', session.now()),
      )
      return row?.n ?? 0
    },

    standing: (organization, invitees) => inviteStanding(session, organization, invitees),
  }
}

export function invites(session: TransactionSession): Invites {
  const { query } = session
  const reader = inviteReader(session)

  async function addLinks(links: readonly { readonly invite: string; readonly hash: Uint8Array }[]) {
    const rows = links.map(({ invite, hash }) => ({
      hash,
      invite_id: invite,
      created_at: session.now(),
      replaced_at: null,
    }))
    await session.run(query.insertInto('invite_link').values(rows))
  }

  return {
    ...reader,
    ...inviteEnds(session),

    async create(organization, invited) {
      if (invited.length === 0) return []
      const made = invited.map((invite) => ({ id: newId<string>(session.now()), ...invite }))
      const rows = made.map((invite) => inviteRow(session, { organization, ...invite }))
      await session.run(query.insertInto('invite').values(rows))
      await addLinks(made.map(({ id, hash }) => ({ invite: id, hash })))
      return made.map(({ hash: _hash, ...invite }) => ({
        ...invite,
        organization,
        state: 'pending',
        createdAt: session.now(),
        sentAt: session.now(),
        closedAt: undefined,
      }))
    },

    async renew(id, { hash, expiresAt }) {
      const sent = await session.run(
        query
          .updateTable('invite')
          .set({ sent_at: session.now(), expires_at: expiresAt })
          .where('id', '=', id)
          .where('state', '=', 'pending'),
      )
      if (sent === 0) return undefined
      await session.run(
        query
          .updateTable('invite_link')
          .set({ replaced_at: session.now() })
          .where('invite_id', '=', id)
          .where('replaced_at', 'is', null),
      )
      await addLinks([{ invite: id, hash }])
      return reader.byId(id)
    },

    async close(id, state) {
      const closed = await session.run(
        query
          .updateTable('invite')
          .set({ state, closed_at: session.now() })
          .where('id', '=', id)
          .where('state', '=', 'pending'),
      )
      return closed === 1
    },
  }
}
