import type { AccountName, CredentialId, UserId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Actor } from '../../../stores/metadata/port/logs.ts'
import { authorize } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireUser } from '../find-user.ts'
import { endSessions } from './end-sessions.ts'
import { requireOwnSession } from './own-session.ts'
import { originOf } from './session-record.ts'

/** Signs out. @throws {AppError} `invalid` for a token, which is deactivated or deleted instead */
export async function deleteCurrentSession(house: House, caller: Caller): Promise<void> {
  const { credential } = requireOwnSession(caller)
  return deleteSession(house, caller, { session: credential })
}

/** Ends one of the caller's sessions. @throws {AppError} `not-found` for what isn't one of them */
export async function deleteSession(
  house: House,
  caller: Caller,
  { session: text }: { readonly session: string },
): Promise<void> {
  const { user } = requireOwnSession(caller)
  const id = text as CredentialId // any text may be an id: whether it is one, the store knows
  const actor = await actorOf(house, caller)
  await house.store.change(house.store.installation, actor, async (tx) => {
    const session = await tx.credentials.byId(id)
    if (session?.kind !== 'session' || session.user !== user) throw unknownSession(id)
    await tx.credentials.delete(id)
    const before = { session: id, ...originOf(session) }
    await tx.record(toStored({ type: 'session_deleted', subject: `user/${actor.name}`, before }))
  })
}

/** Signs the caller out everywhere, here too. */
export async function deleteSessions(house: House, caller: Caller) {
  const { user } = requireOwnSession(caller)
  const actor = await actorOf(house, caller)
  return endAll(house, actor, { id: user, name: actor.name })
}

/** Signs somebody else out everywhere. @throws {AppError} `not-found`, `denied` */
export async function deleteUserSessions(
  house: House,
  caller: Caller,
  { user: name }: { readonly user: AccountName },
) {
  await authorize(house, caller, 'user/edit', { type: 'installation' })
  const user = await requireUser(house, name)
  return endAll(house, await actorOf(house, caller), user)
}

async function endAll(
  house: House,
  actor: Actor,
  { id, name }: { readonly id: UserId; readonly name: string },
) {
  return house.store.change(house.store.installation, actor, async (tx) => {
    const ended = await endSessions(tx, id)
    await tx.record(toStored({ type: 'sessions_ended', subject: `user/${name}`, after: { ended } }))
    return { ended }
  })
}

function unknownSession(id: CredentialId): AppError {
  return new AppError(
    'not-found',
    `you have no session \`${id}\`, or not any more; \`wharden session list\` shows those you have`,
  )
}
