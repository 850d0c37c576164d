/** A run: an estate is built, workers do what people and machines do, and at the end everything is judged. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { administer, type Administrator } from '../support/administrator.ts'
import type { Shift } from './act.ts'
import { ACTS } from './acts.ts'
import { pullWhole } from './acts/pull.ts'
import { push } from './acts/push.ts'
import { openDoor } from './door.ts'
import { buildEstate, type Estate } from './estate.ts'
import { judgeActivity, judgeAudit, judgeCollection, judgeFlatness, judgeLogs } from './judge.ts'
import { createRandom } from '../support/random.ts'
import { openReplicas, type Replicas } from '../support/replicas.ts'
import { createTally, type Tally, type TallyRow } from './tally.ts'
import { watch, type Sample } from './watch.ts'

export type LoadOptions = {
  readonly replicas: number
  readonly workers: number
  readonly seconds: number
  readonly seed: number
  /** Between two acts of a worker, at most; 0: as fast as it goes. */
  readonly thinkMilliseconds: number
  /** Told now and then how far it is. */
  readonly progress: (line: string) => void
}

export type LoadResult = {
  readonly rows: readonly TallyRow[]
  readonly samples: readonly Sample[]
  readonly images: number
  /** Empty: all held. */
  readonly problems: readonly string[]
}

/** Often. The first must be longer than any push takes, on the busiest machine, and a short run still end. */
const collecting = (seconds: number) => ({
  WHARDEN_GC_AFTER_SECONDS: String(seconds > 300 ? 120 : 20),
  WHARDEN_GC_EVERY_SECONDS: '5',
})
/** By then the last garbage must be gone: its links wait so long, and then its blobs again. */
const COLLECTED_SECONDS = 600

/** How many images there are before the load begins. */
const FIRST_IMAGES = 80
/** A shorter run says nothing about memory: caches are still filling. */
const FLAT_AFTER_SECONDS = 20 * 60
const SAMPLE_SECONDS = 10

/** @throws where the servers can't be started */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const replicas = await openReplicas({ count: options.replicas, settings: collecting(options.seconds) })
  const tally = createTally()
  try {
    const [first] = replicas.all
    if (first === undefined) throw new Error('a load needs at least one replica')
    const admin = await administer(first.launched())
    const estate = await buildEstate(admin)
    const samples = await work(replicas, estate, admin, tally, options)
    const problems = [...tally.failures(), ...(await judgeAudit(admin, estate))]
    problems.push(...(await judgeCollection(join(replicas.directory, 'blobs'), estate, COLLECTED_SECONDS)))
    problems.push(...(await endServers(replicas)), ...(await judgeActivity(replicas.postgres?.url, tally)))
    problems.push(...judgeLogs(replicas.all))
    if (options.seconds >= FLAT_AFTER_SECONDS) problems.push(...judgeFlatness(samples))
    return { rows: tally.rows(), samples, images: estate.images().length, problems }
  } finally {
    await replicas.close()
  }
}

async function work(
  replicas: Replicas,
  estate: Estate,
  admin: Administrator,
  tally: Tally,
  { workers, seconds, seed, thinkMilliseconds, progress }: LoadOptions,
): Promise<readonly Sample[]> {
  const shifts = Array.from({ length: workers }, (_, number): Shift => {
    const random = createRandom(seed + number)
    return { door: openDoor(replicas, tally, number), estate, random, tally, admin }
  })
  const began = performance.now()
  const second = () => Math.round((performance.now() - began) / 1_000)
  try {
    await Promise.all(shifts.map((shift) => fill(shift, FIRST_IMAGES / workers)))
    const samples: Sample[] = []
    const ending = new AbortController()
    let told = 0
    const watching = sample(replicas, samples, second, ending.signal, () => {
      for (; told < tally.failures().length; told += 1) progress(`failed: ${tally.failures()[told]}`)
      progress(progressLine(second(), estate, tally, samples))
    })
    await Promise.all(shifts.map((shift) => toil(shift, thinkMilliseconds, () => second() < seconds)))
    ending.abort()
    await watching
    await pullEverything(shifts, estate)
    return samples
  } finally {
    for (const { door } of shifts) door.close()
  }
}

async function fill(shift: Shift, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) await push(shift)
}

/** One worker: act after act, each chosen by its share. */
async function toil(shift: Shift, thinkMilliseconds: number, goOn: () => boolean): Promise<void> {
  while (goOn()) {
    let dice = shift.random.below(100)
    for (const [name, { share, act }] of Object.entries(ACTS)) {
      dice -= share
      if (dice >= 0) continue
      await act(shift).catch((problem: unknown) => shift.tally.failed(name, problem))
      break
    }
    if (thinkMilliseconds > 0) await pause(shift.random.below(thinkMilliseconds))
  }
}

/** Whatever was acknowledged and not removed is there to the last byte. */
async function pullEverything(shifts: readonly Shift[], estate: Estate): Promise<void> {
  const left = [...estate.images()]
  await Promise.all(
    shifts.map(async (shift) => {
      for (let image = left.pop(); image !== undefined; image = left.pop()) {
        const { organization } = image
        const reader = estate.tenants.find(({ name }) => name === organization)?.readers[0]
        if (reader === undefined) continue
        await pullWhole(shift, image, reader).catch((problem: unknown) =>
          shift.tally.failed('the last pull', problem),
        )
      }
    }),
  )
}

async function sample(
  { all }: Replicas,
  samples: Sample[],
  second: () => number,
  signal: AbortSignal,
  told: () => void,
): Promise<void> {
  while (!signal.aborted) {
    samples.push(...watch(all, second()))
    told()
    await pause(SAMPLE_SECONDS * 1_000, undefined, { signal }).catch(() => undefined)
  }
}

function progressLine(second: number, estate: Estate, tally: Tally, samples: readonly Sample[]): string {
  const rows = tally.rows()
  const requests = rows.reduce((sum, { count }) => sum + count, 0)
  const latest = new Map(samples.map((one) => [one.replica, one]))
  const held = [...latest.values()]
    .map(({ residentMebibytes, handles }) => `${residentMebibytes.toFixed(0)} MiB ${handles} handles`)
    .join(', ')
  const failures = tally.failures().length
  return `${second} s: ${requests} requests, ${estate.images().length} images, ${held}, ${failures} failures`
}

async function endServers({ end }: Replicas): Promise<readonly string[]> {
  return (await end()).filter((code) => code !== 0).map((code) => `a server ended with ${code}`)
}
