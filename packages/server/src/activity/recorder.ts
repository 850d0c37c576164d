/**
 * Takes down what happens (tokens issued, pulls, pushes, refusals, uses of credentials) beside the requests' path: into
 * bounded memory at once, into the store in batches. When it happens faster than it can be written, rows are dropped and
 * counted: a flood can neither grow the disk nor slow a commit. A refusal that repeats is a counter, not a row; and each
 * asker has only so many rows an hour for refusals that differ, strangers all together one share.
 */
import type { CredentialId } from '@wharden/policy'
import type { Logger } from 'pino'
import type { ActivityRecord, RefusalRecord } from '../stores/metadata/port/logs.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { createHourlyBudget } from './hourly-budget.ts'
import { createLately } from './lately.ts'

/** One refusal; the recorder counts them by id. */
export type Refusal = Omit<RefusalRecord, 'count'>

export type Recorder = {
  readonly happened: (row: ActivityRecord) => void
  readonly refused: (refusal: Refusal) => void
  readonly used: (credential: CredentialId, at: number, address: string) => void
  /** A refusal that is not in the store yet. */
  readonly pendingRefusal: (id: string) => RefusalRecord | undefined
  /** What was counted only, since the start: the queue was full, or the asker's share of the hour used up. */
  readonly dropped: () => number
  /** Resolves once all that was taken down so far is in the store. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

export type RecorderLimits = {
  readonly rows: number
  readonly refusals: number
  readonly batch: number
  readonly milliseconds: number
  /** A credential's last use is written at most this often. */
  readonly useMilliseconds: number
  /** Of refusals that differ, by asker. */
  readonly refusalsPerHour: number
  /** Of all that strangers do, together. */
  readonly strangerRowsPerHour: number
}

const LIMITS: RecorderLimits = {
  rows: 10_000,
  refusals: 5_000,
  batch: 500,
  milliseconds: 1_000,
  useMilliseconds: 60_000,
  refusalsPerHour: 1_000,
  strangerRowsPerHour: 10_000,
}

/** Refusals that are known to have a row already, so that a repeat needs no share. Forgetting them costs shares only. */
const KNOWN_REFUSALS = 50_000

/** Credentials whose last use was written a moment ago: as many as are kept in memory (`operations/caches.ts`). */
const KNOWN_USES = 20_000

export function createRecorder(store: MetadataStore, log: Logger, limits: RecorderLimits = LIMITS): Recorder {
  const rows: ActivityRecord[] = []
  const refusals = new Map<string, RefusalRecord>()
  const uses = new Map<CredentialId, { readonly at: number; readonly from: string }>()
  const written = createLately<CredentialId>(limits.useMilliseconds, KNOWN_USES)
  const known = new Set<string>()
  const refusalShares = createHourlyBudget(limits.refusalsPerHour)
  const strangerShare = createHourlyBudget(limits.strangerRowsPerHour)
  let dropped = 0
  let droppedBefore = 0
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function take(row: ActivityRecord): void {
    const allowed = row.credential !== undefined || strangerShare.spend('', row.at)
    if (!allowed || rows.length >= limits.rows) dropped += 1
    else rows.push(row)
    if (rows.length === limits.batch) void flush()
    else schedule()
  }

  function schedule(): void {
    if (timer !== undefined || closed) return
    timer = setTimeout(() => void flush(), limits.milliseconds)
    timer.unref()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    try {
      await writeRefusals()
      await writeUses()
      while (rows.length > 0) await writeRows()
    } catch (cause) {
      log.warn(
        { err: cause, waiting: rows.length },
        'activity can not be written; it is kept in memory as far as it fits',
      )
      schedule()
    }
  }

  async function writeRows(): Promise<void> {
    const batch = rows.slice(0, limits.batch)
    const lost = dropped
    await store.write((tx) => tx.activity.insertBatch(batch, lost - droppedBefore))
    droppedBefore = lost
    rows.splice(0, batch.length)
  }

  async function writeRefusals(): Promise<void> {
    const batch = [...refusals.values()]
    if (batch.length === 0) return
    await store.single.refusals.upsert(batch)
    // What was counted while the store was writing stays for the next batch.
    for (const { id, count } of batch) {
      const now = refusals.get(id)
      if (now === undefined || now.count === count) refusals.delete(id)
      else refusals.set(id, { ...now, count: now.count - count })
    }
  }

  async function writeUses(): Promise<void> {
    const batch = [...uses].map(([id, use]) => ({ id, ...use }))
    if (batch.length === 0) return
    // In one transaction, however many statements it takes: each would be a flush to the disk by itself.
    await store.write((tx) => tx.credentials.touchLastUsed(batch))
    for (const { id, at } of batch) {
      if (uses.get(id)?.at === at) uses.delete(id)
      written.done(id, at)
    }
  }

  function refused(refusal: Refusal): void {
    const { id, lastAt } = refusal
    const before = refusals.get(id)
    if (before === undefined && !(refusals.size < limits.refusals && mayBeKept(refusal))) {
      dropped += 1
      return
    }
    refusals.set(id, { ...(before ?? refusal), lastAt, count: (before?.count ?? 0) + 1 })
    schedule()
  }

  function mayBeKept({ id, credential, lastAt }: Refusal): boolean {
    if (known.has(id)) return true
    if (!refusalShares.spend(credential ?? '', lastAt)) return false
    if (known.size >= KNOWN_REFUSALS) known.clear()
    known.add(id)
    return true
  }

  function used(credential: CredentialId, at: number, from: string): void {
    if (written.was(credential, at) || uses.size >= limits.rows) return
    uses.set(credential, { at, from })
    schedule()
  }

  async function close(): Promise<void> {
    closed = true
    await flush()
  }

  return {
    happened: take,
    refused,
    used,
    pendingRefusal: (id) => refusals.get(id),
    dropped: () => dropped,
    flush,
    close,
  }
}
