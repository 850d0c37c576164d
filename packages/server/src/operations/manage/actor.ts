import type { Actor } from '../../stores/metadata/port/logs.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireSignedIn } from './signed-in.ts'

/** Who the audit log says did it, with the name they have now. */
export async function actorOf(house: House, caller: Caller): Promise<Actor> {
  const principal = requireSignedIn(caller)
  const { address } = caller.context
  const via = principal.credential
  if (principal.user !== undefined) {
    const user = await house.store.read.users.byId(principal.user)
    return { type: 'user', id: principal.user, name: user?.name ?? principal.user, via, address }
  }
  const credential = await house.store.read.credentials.byId(via)
  return { type: 'credential', id: via, name: credential?.name ?? via, via, address }
}
