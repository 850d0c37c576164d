// What has to be done now and then, by one process of all that share a metadata store: whoever holds the lease.
// Every job can be stopped between any two of its steps, and be begun again by another process.

import { randomUUID } from 'node:crypto'
import { PULL_WINDOW } from '@wharden/policy'
import type { BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { CollectionRun } from '../stores/metadata/port/collection.ts'
import { collectGarbage } from './collect-garbage.ts'
import { collectWhenDue } from './collect-when-due.ts'
import { deleteDiscarded } from './delete-discarded.ts'
import { fencedStore } from './fenced-store.ts'
import { forgetActivity } from './forget-activity.ts'
import { forgetInvites } from './forget-invites.ts'
import type { Job } from './job.ts'
import { standForLeader, type LeaderLease } from './leader.ts'
import { noticeEndings } from './notice-endings.ts'
import { runJobs } from './run-jobs.ts'
import { sweepOrphans } from './sweep-orphans.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { systemTimer, type Timer } from './timer.ts'

/** A set of signing keys that knows what is due. */
type RotatingKeys = { rotate(now: number): Promise<readonly unknown[]> }

type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type JobsHouse = {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly config: {
    readonly activityDays: number
    readonly collectAfterSeconds: number
    readonly collectEverySeconds: number
  }
  /** By family. */
  readonly identity: { readonly keys: Readonly<Record<string, RotatingKeys>> }
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** Told of each run of garbage collection that came to its end. */
  readonly collected?: (run: CollectionRun) => void
}

const LEASE_NAME = 'jobs'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Who asks for a run by hand waits no longer than this for its begin. */
const ASKED = 5_000

/** Stands for leader and, while leading, does the jobs. `close` resolves when the job at hand has stopped. */
export function startJobs(house: JobsHouse, timer: Timer = systemTimer): { close(): Promise<void> } {
  const { log } = house
  const stop = new AbortController()
  const holder = randomUUID()
  const jobs = jobsOf({ ...house, store: fencedStore(house.store, LEASE_NAME, holder) })
  const standing = standForLeader(
    {
      lease: leaderLease(house.store, holder),
      timer,
      onTrouble: (err) => log.error({ err }, 'the lease for background jobs can not be asked for'),
    },
    (term) =>
      runJobs(
        {
          jobs,
          timer,
          onDone: (job, milliseconds) => log.debug({ job, milliseconds }, 'job done'),
          onFailure: (job, err) => log.error({ job, err }, 'job failed; it will be tried again'),
        },
        term,
      ),
    stop.signal,
  )
  return {
    async close() {
      stop.abort()
      await standing
    },
  }
}

function leaderLease({ single }: Pick<MetadataStore, 'single'>, holder: string): LeaderLease {
  return {
    acquire: (milliseconds) => single.leases.acquire(LEASE_NAME, holder, milliseconds),
    release: () => single.leases.release(LEASE_NAME, holder),
  }
}

function jobsOf(house: JobsHouse): readonly Job[] {
  const { store, blobs, config, identity, clock, log } = house
  const told = async (job: string, count: Promise<number>): Promise<void> => {
    const done = await count
    if (done > 0) log.info({ job, count: done }, 'job found something to do')
  }
  const rotate = async (): Promise<number> => {
    let steps = 0
    for (const keys of Object.values(identity.keys)) steps += (await keys.rotate(clock())).length
    return steps
  }
  const orphans = { rows: store.read.blobs, blobs }
  const acts: readonly (readonly [
    name: string,
    every: number,
    act: (signal: AbortSignal) => Promise<number>,
  ])[] = [
    ['rotate-keys', HOUR, rotate],
    ['sweep-uploads', HOUR, (signal) => sweepUploads(store, clock(), signal)],
    [
      'collect-garbage',
      Math.min(ASKED, config.collectEverySeconds * 1_000),
      (signal) => collect(house, signal),
    ],
    ['delete-discarded', MINUTE, async (signal) => (await deleteDiscarded(store, blobs, signal)).keys],
    [
      'forget-activity',
      HOUR,
      (signal) => forgetActivity(store, clock() - config.activityDays * 24 * HOUR, signal),
    ],
    ['notice-endings', HOUR, (signal) => noticeEndings(store, clock(), signal)],
    ['forget-pulls', HOUR, () => store.single.pullCounts.deleteUpTo(clock() - PULL_WINDOW)],
    ['forget-invites', 24 * HOUR, (signal) => forgetInvites(store, clock(), signal)],
    ['sweep-orphans', 24 * HOUR, (signal) => sweepOrphans(orphans, clock(), signal)],
  ]
  return acts.map(([name, everyMilliseconds, act]) => ({
    name,
    everyMilliseconds,
    run: (signal) => told(name, act(signal)),
  }))
}

/** Says by itself what it did, in more words than a number. */
async function collect(
  { store, blobs, config, log, collected }: JobsHouse,
  signal: AbortSignal,
): Promise<number> {
  const schedule = { everySeconds: config.collectEverySeconds, afterSeconds: config.collectAfterSeconds }
  const run = await collectWhenDue(
    store,
    schedule,
    (after) => collectGarbage({ store, blobs }, { after }, signal),
    signal,
  )
  if (run === undefined) return 0
  log.info({ job: 'collect-garbage', ...run }, 'garbage was collected')
  collected?.(run)
  return 0
}
