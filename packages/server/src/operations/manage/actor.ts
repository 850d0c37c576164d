import type { Actor } from '../../stores/metadata/port/logs.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireSignedIn } from './signed-in.ts'

/** Who the audit log says did it, with the names that they and their credential have now. */
export async function actorOf({ store: { read } }: House, caller: Caller): Promise<Actor> {
  const { user: person, credential: via } = requireSignedIn(caller)
  const { address } = caller.context
  const credential = await read.credentials.byId(via)
  const viaName = credential?.name ?? via
  if (person === undefined) return { type: 'credential', id: via, name: viaName, via, viaName, address }
  const user = await read.users.byId(person)
  return { type: 'user', id: person, name: user?.name ?? person, via, viaName, address }
}
