import type { CredentialId } from '@wharden/policy'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { instant, instantOrNull } from '../time.ts'
import { requireOwnSession } from './own-session.ts'
import { originOf } from './session-record.ts'
import { sessionsOf } from './sessions-of.ts'

/** Where the caller is signed in, in the order of signing in. */
export async function listSessions(house: House, caller: Caller, paging: Paging) {
  const { user, credential } = requireOwnSession(caller)
  const { now } = caller.context
  const all = await sessionsOf(house.store.read.credentials, user)
  const running = all.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
  return pageView(
    pageOfAll(running, paging, ({ id }) => id),
    (session) => sessionView(session, credential),
    ({ id }) => id,
  )
}

function sessionView(session: CredentialRecord, current: CredentialId) {
  return {
    id: session.id,
    current: session.id === current,
    createdAt: instant(session.createdAt),
    ...originOf(session),
    lastUsed:
      session.lastUsedAt === undefined
        ? null
        : { at: instant(session.lastUsedAt), address: session.lastUsedFrom ?? '' },
    expiresAt: instantOrNull(session.expiresAt),
  }
}
