/**
 * Garbage is collected all the time, with no more grace than a second, while clients push, mount and delete, and whoever
 * collects is killed in the middle, again and again: what was acknowledged is whole, and what isn't needed goes.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { endLeases } from '../../packages/server/test/end-leases.ts'
import { newBlob } from '../../packages/server/test/images.ts'
import { churnOnce, type Churner } from '../collection/churn.ts'
import { createLedger, type Ledger } from '../faults/ledger.ts'
import { createStubbornClient } from '../faults/stubborn-client.ts'
import { verifyLedger } from '../faults/verify.ts'
import { administer, type Administrator } from '../support/administrator.ts'
import { describeWith } from '../support/describe-with.ts'
import { createRandom, type Random } from '../support/random.ts'
import { openReplicas, type Replica, type Replicas } from '../support/replicas.ts'

const SEED = Number(process.env.COLLECTION_SEED ?? 1)
const TIMES = Number(process.env.COLLECTION_TIMES ?? 3)
const CLIENTS = 6
const SETTINGS = { WHARDEN_GC_AFTER_SECONDS: '1', WHARDEN_GC_EVERY_SECONDS: '1' }
const RAN = 'garbage was collected'
const PATIENCE = 60_000

describeWith([], `garbage collection under clients and kills (seed ${SEED})`, () => {
  it.each(['sqlite', 2] as const)('on %s', { timeout: 400_000 }, async (count) => {
    const replicas = await openReplicas({ count, settings: SETTINGS })
    const ledger = createLedger()
    try {
      const admin = await administer(replicas.all[0]!.launched())
      const churners = await hire(admin, replicas, ledger)
      let ending = false
      const toil = Promise.all(churners.map((churner) => churn(churner, () => !ending)))
      const kills: string[] = []
      const random = createRandom(SEED)
      for (let time = 0; time < TIMES && ledger.problems.length === 0; time += 1)
        kills.push(await killCollector(replicas, admin, random))
      ending = true
      await toil
      const [first] = churners
      await verifyLedger({ client: first!.client, login: first!.writer }, ledger)
      expect(ledger.problems, kills.join('; ')).toEqual([])
      await expectNoGarbage(replicas, admin)
      await verifyLedger({ client: first!.client, login: first!.writer }, ledger)
      expect(ledger.problems).toEqual([])
      console.log(describe(ledger, kills))
      for (const { client } of churners) client.close()
    } finally {
      await replicas.close()
    }
  })
})

async function hire(admin: Administrator, replicas: Replicas, ledger: Ledger): Promise<readonly Churner[]> {
  await admin.organization('acme')
  const permissions = ['content/read', 'content/write', 'content/delete', 'metadata/read']
  const layers = Array.from({ length: 6 }, () => newBlob(100_000))
  return Promise.all(
    Array.from({ length: CLIENTS }, async (_, number): Promise<Churner> => {
      const rules = [{ repository: 'churn/*', permissions }]
      const { credentials } = await admin.registryToken('acme', `churner-${number}`, rules)
      return {
        client: createStubbornClient(replicas),
        ledger,
        random: createRandom(SEED * 1_000 + number),
        repository: `acme/churn/${number % 3}`,
        neighbour: `acme/churn/${(number + 1) % 3}`,
        writer: { name: credentials.username, secret: credentials.password },
        layers,
      }
    }),
  )
}

async function churn(churner: Churner, goOn: () => boolean): Promise<void> {
  while (goOn() && churner.ledger.problems.length === 0)
    await churnOnce(churner).catch((problem: unknown) => void churner.ledger.problems.push(String(problem)))
}

/** Kills who collects, in the middle of a run, after it has had at least one more to its end. @returns what was seen of it */
async function killCollector(replicas: Replicas, admin: Administrator, random: Random): Promise<string> {
  const before = new Map(replicas.all.map((replica) => [replica, runsOf(replica)]))
  const leader = await until('a run to its end', async () =>
    replicas.all.find((replica) => runsOf(replica) > (before.get(replica) ?? 0)),
  )
  await until('a run in the middle', async () =>
    (await gcOf(leader, admin)).last?.endedAt === null ? true : undefined,
  )
  // Into whichever of its steps.
  await pause(random.below(60))
  await leader.kill()
  const { postgres, directory } = replicas
  const file = join(directory, 'replica-1', 'wharden.db')
  await endLeases(postgres === undefined ? { type: 'sqlite', file } : { type: 'postgres', url: postgres.url })
  if (replicas.all.length > 1) await anotherGoesOn(replicas, leader)
  await leader.start()
  return `${leader.name} after ${runsOf(leader)} runs`
}

async function anotherGoesOn({ all }: Replicas, dead: Replica): Promise<void> {
  const others = all
    .filter((replica) => replica !== dead)
    .map((replica) => ({ replica, had: runsOf(replica) }))
  await until('another to go on', async () => others.find(({ replica, had }) => runsOf(replica) > had))
}

function runsOf({ launched }: Replica): number {
  return launched().daemon.log().split(RAN).length - 1
}

type Gc = {
  readonly last: { readonly endedAt: string | null } | null
  readonly due: { readonly blobs: number }
  readonly unneeded: { readonly blobs: number }
}

async function gcOf({ launched }: Replica, admin: Administrator): Promise<Gc> {
  const answer = await fetch(`${launched().url}/api/v1/gc`, {
    headers: { authorization: `Bearer ${admin.bearer}` },
  })
  return (await answer.json()) as Gc
}

/** With nobody working, all that nothing needs goes by itself. */
async function expectNoGarbage({ all }: Replicas, admin: Administrator): Promise<void> {
  await until('everything unneeded is gone', async () =>
    (await gcOf(all[0]!, admin)).unneeded.blobs === 0 ? true : undefined,
  )
}

async function until<Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = performance.now() + PATIENCE
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await pause(2)
  }
  throw new Error(`not within ${PATIENCE / 1_000} s: ${what}`)
}

function describe({ images, acknowledged }: Ledger, kills: readonly string[]): string {
  const there = images.filter(({ state }) => state === 'there').length
  return `${acknowledged} acts acknowledged, ${images.length} images pushed, ${there} there; killed ${kills.join('; ')}`
}
