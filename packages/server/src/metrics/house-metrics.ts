import { setTimeout as pause } from 'node:timers/promises'
import type { House } from '../operations/house.ts'
import { signingKeyRows } from '../signing-key-rows.ts'
import { metric } from './metric.ts'

/** Whoever asks for numbers hears of what doesn't answer by its absence, and soon; milliseconds. */
const PATIENCE = 2_000

/**
 * How the things are that this server stands on, asked when somebody wants to know.
 * @param certificateUntil milliseconds since 1970; undefined without TLS
 * @returns Prometheus text
 */
export async function houseMetrics(house: House, certificateUntil: number | undefined): Promise<string> {
  const { store, blobs, config, generation, stopping, clock } = house
  const began = performance.now()
  const answered = store.ping().then(() => (performance.now() - began) / 1_000)
  const [seconds, free, uploads, keys] = await Promise.all([
    soon(answered),
    soon(blobs.freeSpace()),
    soon(store.read.uploads.countAll()),
    soon(signingKeyRows(store).list()),
  ])
  const ready = !stopping.aborted && generation.confirmed() && seconds !== undefined
  const connections = store.connections()
  const active = (keys ?? []).filter(({ state }) => state === 'active')
  return [
    metric('wharden_ready', 'gauge', 'Whether balancers are told to send requests here', [
      ` ${Number(ready)}`,
    ]),
    metric(
      'wharden_database_answer_seconds',
      'gauge',
      'How long the database took to answer; absent if it did not',
      one(seconds),
    ),
    metric(
      'wharden_database_connections',
      'gauge',
      'Connections of this server to PostgreSQL by state, and what waits for one',
      connections === undefined
        ? []
        : (['busy', 'idle', 'waiting'] as const).map((state) => `{state="${state}"} ${connections[state]}`),
    ),
    metric(
      'wharden_database_connections_most',
      'gauge',
      'How many connections there may be',
      one(connections?.most),
    ),
    metric(
      'wharden_upload_sessions',
      'gauge',
      'Uploads that were begun and neither ended nor swept, on all servers',
      one(uploads),
    ),
    metric(
      'wharden_blobs_free_bytes',
      'gauge',
      'Space that is left for images; absent where no bound is known',
      one(Number.isFinite(free) ? free : undefined),
    ),
    metric('wharden_blobs_minimum_free_bytes', 'gauge', 'With less than this, uploads are refused', [
      ` ${config.minimumFreeBytes}`,
    ]),
    metric(
      'wharden_signing_key_age_seconds',
      'gauge',
      'How long the keys that sign tokens have done so; they are replaced after 90 days',
      active.map(({ family, stateSince }) => `{family="${family}"} ${(clock() - stateSince) / 1_000}`),
    ),
    metric(
      'wharden_certificate_end_seconds',
      'gauge',
      'When the certificate given, or the built-in authority, ends, in seconds since 1970',
      one(certificateUntil === undefined ? undefined : certificateUntil / 1_000),
    ),
  ].join('\n')
}

function one(value: number | undefined): readonly string[] {
  return value === undefined ? [] : [` ${value}`]
}

async function soon<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  const enough = new AbortController()
  const tired = pause(PATIENCE, undefined, { signal: enough.signal }).catch(() => undefined)
  const heard = asked.catch(() => undefined)
  return Promise.race([heard, tired]).finally(() => enough.abort())
}
