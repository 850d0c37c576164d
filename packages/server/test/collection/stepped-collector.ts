/** A collector that takes a step only when it is told to, and can be made to die between any two. */
import { collectGarbage } from '../../src/jobs/collect-garbage.ts'
import { sweepUploads } from '../../src/jobs/sweep-uploads.ts'
import type { House } from '../../src/operations/house.ts'

export type SteppedCollector = {
  /** Lets it go to its next step (a transaction, a look-up, a deletion), beginning a run if there is none. */
  readonly step: () => Promise<void>
  /** It dies where it stands. */
  readonly die: () => Promise<void>
  /** Lets it come to its end, or runs it whole. */
  readonly finish: () => Promise<void>
}

type Gate = { readonly open: () => Promise<void>; readonly dieHere: () => void }

/** A few rows at a time, so that there are many steps. */
const BATCH = 2

export function createSteppedCollector(
  house: Pick<House, 'store' | 'blobs'>,
  after: number,
): SteppedCollector {
  let life = createLife()
  let run: Promise<void> | undefined

  async function step(): Promise<void> {
    run ??= collect(house, after, life).finally(() => (run = undefined))
    await life.next(run)
  }

  return {
    step,
    async die() {
      const dying = run
      life.end()
      await dying
      life = createLife()
    },
    async finish() {
      do await step()
      while (run !== undefined)
    },
  }
}

async function collect(
  { store, blobs }: Pick<House, 'store' | 'blobs'>,
  after: number,
  life: Life,
): Promise<void> {
  const { read, single } = store
  const { gated } = life
  const slow = {
    ...store,
    write: ((work) => gated(() => store.write(work))()) as typeof store.write,
    read: { ...read, blobs: { ...read.blobs, discarded: gated(read.blobs.discarded) } },
    single: { ...single, blobs: { ...single.blobs, deleteDiscarded: gated(single.blobs.deleteDiscarded) } },
  }
  const signal = new AbortController().signal
  try {
    // Whole: whoever dies in it leaves a lease behind, that only time ends, the database's own.
    await sweepUploads(store, store.now(), signal)
    await collectGarbage(
      { store: slow, blobs: { delete: gated(blobs.delete) } },
      { after, batch: BATCH },
      signal,
    )
  } catch (cause) {
    if (!(cause instanceof Death)) throw cause
  }
}

type Life = {
  /** The act, once it is let through; never, after the end. */
  readonly gated: <Given extends readonly unknown[], Value>(
    act: (...given: Given) => Promise<Value>,
  ) => (...given: Given) => Promise<Value>
  /** Lets one act through that waits; resolves when it is done, and another waits or all is over. */
  readonly next: (run: Promise<void>) => Promise<void>
  readonly end: () => void
}

function createLife(): Life {
  const waiting: Gate[] = []
  let arrived = Promise.withResolvers<void>()
  let over = false

  return {
    gated:
      (act) =>
      async (...given) => {
        const gate = Promise.withResolvers<void>()
        const done = Promise.withResolvers<void>()
        if (over) throw new Death()
        waiting.push({
          open: () => (gate.resolve(), done.promise),
          dieHere: () => gate.reject(new Death()),
        })
        arrived.resolve()
        await gate.promise
        return act(...given).finally(done.resolve)
      },
    async next(run) {
      const [gate] = waiting.splice(0, 1)
      await gate?.open()
      if (waiting.length > 0) return
      arrived = Promise.withResolvers()
      await Promise.race([arrived.promise, run])
    },
    end() {
      over = true
      for (const gate of waiting.splice(0)) gate.dieHere()
    },
  }
}

class Death extends Error {}
