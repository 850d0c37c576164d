// What has to be done now and then, by one process of all that share a metadata store: whoever holds the lease.
// Every job can be stopped between any two of its steps, and be begun again by another process.

import { randomUUID } from 'node:crypto'
import type { BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { deleteDiscarded } from './delete-discarded.ts'
import { forgetActivity } from './forget-activity.ts'
import type { Job } from './job.ts'
import { standForLeader, type LeaderLease } from './leader.ts'
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
  readonly config: { readonly activityDays: number }
  readonly identity: { readonly accessKeys: RotatingKeys; readonly refreshKeys: RotatingKeys }
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
}

const LEASE_NAME = 'jobs'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Stands for leader and, while leading, does the jobs. `close` resolves when the job at hand has stopped. */
export function startJobs(house: JobsHouse, timer: Timer = systemTimer): { close(): Promise<void> } {
  const { log } = house
  const stop = new AbortController()
  const jobs = jobsOf(house)
  const standing = standForLeader(
    {
      lease: leaderLease(house.store),
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

function leaderLease({ single }: Pick<MetadataStore, 'single'>): LeaderLease {
  const holder = randomUUID()
  return {
    acquire: (milliseconds) => single.leases.acquire(LEASE_NAME, holder, milliseconds),
    release: () => single.leases.release(LEASE_NAME, holder),
  }
}

function jobsOf({ store, blobs, config, identity, clock, log }: JobsHouse): readonly Job[] {
  const told = async (job: string, count: Promise<number>): Promise<void> => {
    const done = await count
    if (done > 0) log.info({ job, count: done }, 'job found something to do')
  }
  const rotate = async (): Promise<number> =>
    (await identity.accessKeys.rotate(clock())).length + (await identity.refreshKeys.rotate(clock())).length
  const orphans = { rows: store.read.blobs, blobs }
  const acts: readonly (readonly [
    name: string,
    every: number,
    act: (signal: AbortSignal) => Promise<number>,
  ])[] = [
    ['rotate-keys', HOUR, rotate],
    ['sweep-uploads', HOUR, (signal) => sweepUploads(store, clock(), signal)],
    // Collecting blobs that nothing links belongs here: what it forgets, the next one deletes.
    ['delete-discarded', MINUTE, (signal) => deleteDiscarded(store, blobs, signal)],
    [
      'forget-activity',
      HOUR,
      (signal) => forgetActivity(store, clock() - config.activityDays * 24 * HOUR, signal),
    ],
    ['sweep-orphans', 24 * HOUR, (signal) => sweepOrphans(orphans, clock(), signal)],
  ]
  return acts.map(([name, everyMilliseconds, act]) => ({
    name,
    everyMilliseconds,
    run: (signal) => told(name, act(signal)),
  }))
}
