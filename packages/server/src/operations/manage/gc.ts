import { toStored } from '../../audit/event.ts'
import { newId } from '../../stores/metadata/id.ts'
import type { CollectionRun } from '../../stores/metadata/port/collection.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { instant, instantOrNull } from './time.ts'

/** More garbage than this is only said to be more: counting it must cost no more than a run does. */
const COUNTED = 10_000

type Input = { readonly afterSeconds?: number | undefined }

/** When garbage was last collected, and what would be deleted next: of a run that waits `afterSeconds`, if they are given. */
export async function showGc(house: House, caller: Caller, input: Input) {
  await authorize(house, caller, 'installation/read', { type: 'installation' })
  return gcState(house, input)
}

/** Asks the leader, whichever server that is, for a run. */
export async function runGc(house: House, caller: Caller, input: Input) {
  await authorize(house, caller, 'installation/edit', { type: 'installation' })
  const { store, config } = house
  const { afterSeconds = config.collectAfterSeconds } = input
  const actor = await actorOf(house, caller)
  await store.change(store.installation, actor, async (tx) => {
    const askedAt = store.now()
    await tx.collection.ask({ id: newId(askedAt), askedAt, askedBy: actor.name, afterSeconds })
    await tx.record(toStored({ type: 'gc_asked', subject: 'installation', after: { afterSeconds } }))
  })
  return gcState(house, input)
}

async function gcState({ store, config }: House, { afterSeconds = config.collectAfterSeconds }: Input) {
  const { collection, blobs } = store.read
  const [last, wish] = await Promise.all([collection.last(), collection.wish()])
  const now = store.now()
  const garbage = (seconds: number) => blobs.garbage({ touchedBefore: now - seconds * 1_000, limit: COUNTED })
  return {
    afterSeconds: config.collectAfterSeconds,
    everySeconds: config.collectEverySeconds,
    last: last === undefined ? null : runView(last),
    asked:
      wish === undefined
        ? null
        : { at: instant(wish.askedAt), by: wish.askedBy, afterSeconds: wish.afterSeconds },
    due: await garbage(afterSeconds),
    unneeded: await garbage(0),
  }
}

function runView({ startedAt, endedAt, ...run }: CollectionRun) {
  return { ...run, startedAt: instant(startedAt), endedAt: instantOrNull(endedAt ?? undefined) }
}
