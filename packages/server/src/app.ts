/**
 * The composition root: everything is made here, by plain calls, in the order it stands on each other, and closed in the
 * opposite one. No other file knows which store, listener or face there is.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createRecorder } from './activity/recorder.ts'
import { decisionKey } from './decision-key.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import { createGeneration } from './generation.ts'
import { createDispatch } from './dispatch.ts'
import { isControlPlane } from './faces/arm/is-control-plane.ts'
import { createAdmission } from './http/admission.ts'
import { startJobs } from './jobs/start-jobs.ts'
import { openListeners, type Listeners } from './listeners.ts'
import { metadataLocation } from './metadata-location.ts'
import { houseMetrics } from './metrics/house-metrics.ts'
import { serveMetrics } from './metrics/serve-metrics.ts'
import { createTally, type Face } from './metrics/tally.ts'
import { openBlobs, recognizeBlobs } from './open-blobs.ts'
import { openIdentity } from './open-identity.ts'
import { createCaches } from './operations/caches.ts'
import { createDecisionIds } from './operations/decision-id.ts'
import { createMemoryPullCounts } from './operations/memory-pull-counts.ts'
import type { House } from './operations/house.ts'
import { loadSealKeys } from './secrets/seal-keys.ts'
import { createRunning } from './running.ts'
import { createSites, type Sites } from './sites.ts'
import { openMetadataStore } from './stores/metadata/open.ts'

/** A server that answers. */
export type App = {
  readonly house: House
  readonly sites: Sites
  readonly listeners: Listeners
  /** Tells balancers to look elsewhere, lets running requests end, then lets go of everything. */
  readonly close: () => Promise<void>
}

/** Milliseconds in which requests that were cut off write down how far they came. */
const LAST_WORDS = 5_000

/** @throws {AppError | Error} with a sentence for the operator when something it stands on can't be had */
export async function startApp(
  config: Config,
  log: Logger,
  machineClock: () => number = Date.now,
): Promise<App> {
  await using stack = new AsyncDisposableStack()
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
  const seals = await loadSealKeys({
    path: join(config.dataDirectory, 'seal.key'),
    configured: config.sealKey,
    previous: config.previousSealKey,
  })
  if (seals.type === 'error') throw new AppError('unavailable', seals.error)

  const store = await openMetadataStore(metadataLocation(config), {
    now: machineClock,
    log: (level, message, cause) => log[level]({ err: cause }, message),
  })
  stack.defer(() => store.close())
  const clock = () => store.now()
  const blobs = await openBlobs(config, log)
  stack.defer(() => blobs.close())
  await recognizeBlobs(config, store.read.blobs, blobs)
  const recorder = createRecorder(store, log)
  stack.defer(() => recorder.close())
  const generation = createGeneration(store.changes)
  stack.defer(() => generation.close())

  const identity = await openIdentity({ store, seals: seals.value, host: config.host, clock, log })
  stack.defer(() => identity.close())
  // After the seal key was changed: what the previous one sealed is sealed anew, so that it can be thrown away.
  if (config.previousSealKey !== undefined) {
    await Promise.all(Object.values(identity.keys).map((keys) => keys.reseal()))
  }

  const addresses: { sites?: Sites } = {}
  const stop = new AbortController()
  const house: House = {
    config,
    store,
    blobs,
    identity,
    recorder,
    strangerPulls: createMemoryPullCounts(),
    generation,
    caches: createCaches(store, generation),
    decisionIds: createDecisionIds(await decisionKey(store, seals.value)),
    sites: () => {
      if (addresses.sites === undefined) throw new Error('asked for addresses before there were listeners')
      return addresses.sites
    },
    stopping: stop.signal,
    running: createRunning(),
    clock,
    log,
  }

  const tally = createTally({
    droppedActivity: recorder.dropped,
    unconfirmedMilliseconds: () => store.changes.unconfirmedFor(),
    blobsFailingMilliseconds: () => blobs.failingFor?.() ?? 0,
  })
  const { trustedProxies, uploadIdleSeconds } = config
  const admission = createAdmission({
    log,
    clock,
    sites: house.sites,
    trustedProxies,
    stallMilliseconds: uploadIdleSeconds * 1_000,
    stopping: stop.signal,
    onEnd: ({ id, request: { url = '', method = '' }, response: { statusCode: status }, milliseconds }) => {
      const face = faceOf(url)
      tally.request(face, method, status, milliseconds)
      if (log.isLevelEnabled('debug'))
        log.debug({ request: id, face, method, status, milliseconds }, 'answered')
    },
  })
  const dispatch = createDispatch(house, admission)
  stack.defer(() => dispatch.close())
  stack.defer(() => house.running.ended(LAST_WORDS))
  const listeners = await openListeners(house)
  stack.defer(() => listeners.close(config.graceSeconds * 1_000))
  const sites = createSites({ host: config.host, origins: config.origins, ...listeners.ports })
  addresses.sites = sites
  listeners.answer(dispatch.answer)
  if (config.metricsPort !== undefined) {
    const where = { address: config.metricsListen, port: config.metricsPort }
    const served = await serveMetrics(tally, () => houseMetrics(house, listeners.certificateUntil), where)
    stack.defer(() => served.close())
  }
  const jobs = startJobs({ ...house, collected: tally.collected })
  stack.defer(() => jobs.close())
  stack.defer(async () => {
    stop.abort()
    await pause(config.drainSeconds * 1_000)
  })
  const open = stack.move()
  return { house, sites, listeners, close: () => open.disposeAsync() }
}

function faceOf(url: string): Face {
  if (url.startsWith('/v2/') || url.startsWith('/acr/')) return 'registry'
  if (url.startsWith('/token') || url.startsWith('/oauth2/')) return 'token'
  return url.startsWith('/api') || isControlPlane(url) ? 'admin' : 'other'
}
