/** Background jobs are one replica's at a time, whatever happens to it. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectTo, type Connection } from '../../../packages/server/test/connect-to.ts'
import { describeWith } from '../../support/describe-with.ts'
import { openReplicas, type Replicas } from '../../support/replicas.ts'

/** A lease lasts thirty seconds and is asked for every ten. */
const SOON = { timeout: 60_000, interval: 200 }

describeWith([], 'of three replicas', () => {
  let replicas: Replicas
  let database: Connection

  beforeAll(async () => {
    replicas = await openReplicas({ count: 3, settings: { WHARDEN_LOG: 'debug' } })
    database = await connectTo(replicas.postgres?.url)
  })
  afterAll(async () => {
    await database?.end()
    await replicas?.close()
  })

  const logOf = (at: number): string => replicas.all[at]?.launched().daemon.log() ?? ''
  const jobsDone = (at: number): number => logOf(at).split('"job done"').length - 1
  const holder = async (): Promise<string> =>
    (await database.query('SELECT holder FROM job_lease')).rows[0]?.holder ?? ''
  /** Whose log shows that it has done a job since. */
  async function leaderSince(before: readonly number[]): Promise<number> {
    let leader = -1
    await expect
      .poll(() => (leader = [0, 1, 2].findIndex((at) => jobsDone(at) > (before[at] ?? 0))), SOON)
      .not.toBe(-1)
    return leader
  }
  const counts = () => [0, 1, 2].map(jobsDone)

  it('one does the jobs, and after it was killed another', async () => {
    const first = await leaderSince([0, 0, 0])
    const held = await holder()
    expect(counts().filter((count) => count > 0)).toHaveLength(1)
    await replicas.all[first]?.kill()
    const before = counts()
    const second = await leaderSince(before)
    expect(second).not.toBe(first)
    expect(await holder()).not.toBe(held)
    await replicas.all[first]?.start()
  })

  it('one that was stopped past its lease leads no more when it wakes', async () => {
    const before = counts()
    const old = await leaderSince(before)
    const pid = replicas.all[old]?.launched().daemon.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    let next: number
    let held: string
    try {
      next = await leaderSince(counts())
      held = await holder()
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    expect(next).not.toBe(old)
    // It has asked for the lease by then, more than once, and was refused.
    await pause(12_000)
    expect(await holder()).toBe(held)
    const done = jobsDone(old)
    await leaderSince(counts())
    expect(jobsDone(old)).toBe(done)
    expect(logOf(old)).not.toContain('"level":50')
  })

  it('one that leaves hands the jobs over at once', async () => {
    const leader = await leaderSince(counts())
    await replicas.all[leader]?.launched().daemon.close()
    expect(await holder()).not.toBe(undefined)
    const began = performance.now()
    await leaderSince(counts())
    // Ten seconds until the others ask again, and five until a first job is due.
    expect(performance.now() - began).toBeLessThan(25_000)
    await replicas.all[leader]?.start()
  })
})
