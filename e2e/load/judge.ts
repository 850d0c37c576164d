/** What must hold when a run is over: each claim that doesn't is a sentence. */
import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { connectTo } from '../../packages/server/test/connect-to.ts'
import type { Administrator } from '../support/administrator.ts'
import type { Estate } from './estate.ts'
import type { Replica } from '../support/replicas.ts'
import { ACTIVITIES, type Tally } from './tally.ts'
import type { Sample } from './watch.ts'

/** The audit chain of every organization, and the installation's. */
export async function judgeAudit(admin: Administrator, estate: Estate): Promise<readonly string[]> {
  const problems: string[] = []
  for (const query of ['', ...estate.tenants.map(({ name }) => `?organization=${name}`)]) {
    const verdict = await admin.call('GET', `/audit/verification${query}`)
    const intact =
      typeof verdict === 'object' && verdict !== null && 'type' in verdict && verdict.type === 'intact'
    if (!intact) problems.push(`the audit chain is broken (${query}): ${JSON.stringify(verdict)}`)
  }
  return problems
}

/** Every act that was acknowledged has its row in the activity log. To be asked once the servers have ended. */
export async function judgeActivity(
  databaseUrl: string | undefined,
  tally: Tally,
): Promise<readonly string[]> {
  const client = await connectTo(databaseUrl)
  try {
    const { rows } = await client.query('SELECT type, count(*) AS count FROM activity GROUP BY type')
    const logged = new Map(rows.map(({ type, count }) => [type, Number(count)]))
    return ACTIVITIES.filter((type) => (logged.get(type) ?? 0) !== tally.done(type)).map(
      (type) =>
        `${tally.done(type)} × ${type} were answered, ${logged.get(type) ?? 0} are in the activity log`,
    )
  } finally {
    await client.end()
  }
}

/** Once the load is over nothing is kept but what images need: to be asked while the servers still run. */
export async function judgeCollection(
  blobDirectory: string,
  estate: Estate,
  patienceSeconds: number,
): Promise<readonly string[]> {
  const needed = new Set(estate.images().flatMap(({ blobs }) => blobs)).size
  const deadline = performance.now() + patienceSeconds * 1_000
  for (;;) {
    const kept = await countFiles(blobDirectory)
    if (kept === needed) return []
    if (performance.now() > deadline) return [`images need ${needed} blobs, and ${kept} files are kept`]
    await pause(500)
  }
}

async function countFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

/** pino's level 50 is an error: nothing in a load is one. */
export function judgeLogs(replicas: readonly Replica[]): readonly string[] {
  return replicas.flatMap(({ name, launched }) =>
    launched()
      .daemon.log()
      .split('\n')
      .filter((line) => /^\{"level":(50|60)\b/.test(line))
      .slice(0, 5)
      .map((line) => `${name} logged an error: ${line.slice(0, 500)}`),
  )
}

/** How much more the last quarter may hold than the second: a leak of an hour shows, a busy minute doesn't. */
const GROWTH = { residentMebibytes: 1.1, handles: 1.1 }
/** And beyond what differs anyway. */
const SLACK = { residentMebibytes: 20, handles: 10 }

/** Compares medians: the first quarter fills caches. */
export function judgeFlatness(samples: readonly Sample[]): readonly string[] {
  const names = [...new Set(samples.map(({ replica }) => replica))]
  return names.flatMap((name) => {
    const own = samples.filter(({ replica }) => replica === name)
    const quarter = Math.floor(own.length / 4)
    const early = own.slice(quarter, 2 * quarter)
    const late = own.slice(-quarter)
    return (['residentMebibytes', 'handles'] as const).flatMap((what) => {
      const before = median(early.map((sample) => sample[what]))
      const after = median(late.map((sample) => sample[what]))
      const flat = after <= before * GROWTH[what] + SLACK[what]
      return flat ? [] : [`${what} of ${name} rose from ${before.toFixed(0)} to ${after.toFixed(0)}`]
    })
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}
