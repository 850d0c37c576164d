import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import {
  createIdentity,
  MANAGEMENT_TOKEN_SECONDS,
  REFRESH_TOKEN_SECONDS,
  reloadKeys,
  type Identity,
} from './identity/identity.ts'
import type { TokenFamily } from './identity/signing-key.ts'
import { openSigningKeys, usualSchedule } from './identity/signing-keys.ts'
import type { SealKeys } from './secrets/seal.ts'
import { signingKeyRows } from './signing-key-rows.ts'
import type { Change } from './stores/metadata/port/changes.ts'
import type { MetadataStore } from './stores/metadata/port.ts'

export type IdentityOptions = {
  readonly store: MetadataStore
  readonly seals: SealKeys
  readonly host: string
  readonly clock: () => number
  readonly log: Logger
}

const RETRY_MILLISECONDS = 1_000

/** The keys that tokens are signed and verified with, read again whenever another replica may have changed them. */
export async function openIdentity({
  store,
  seals,
  host,
  clock,
  log,
}: IdentityOptions): Promise<Identity & { readonly close: () => void }> {
  const closing = new AbortController()
  const opened = Promise.withResolvers<Identity>()
  let behind = false
  let reloading: Promise<void> | undefined
  // Before the keys are read for the first time: else what another replica adds in between would never be heard of.
  const unsubscribe = store.changes.subscribe((change) => {
    if (!concernsKeys(change)) return
    behind = true
    reloading ??= opened.promise.then(catchUp).finally(() => (reloading = undefined))
  })
  /** Until it has worked: a replica that gave up would refuse what the others sign. */
  async function catchUp(identity: Identity): Promise<void> {
    while (behind && !closing.signal.aborted) {
      behind = false
      try {
        await reloadKeys(identity.keys)
      } catch (cause) {
        behind = true
        log.warn({ err: cause }, 'the signing keys could not be read again; it is tried until they are')
        await pause(RETRY_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => undefined)
      }
    }
  }

  const rows = signingKeyRows(store)
  const keysFor = async <Family extends TokenFamily>(family: Family, tokenSeconds: number) =>
    openSigningKeys({ rows, seals, family, schedule: usualSchedule(tokenSeconds) }, clock())
  const identity = createIdentity(host, {
    access: await keysFor('access', 3_600),
    refresh: await keysFor('refresh', REFRESH_TOKEN_SECONDS),
    management: await keysFor('management', MANAGEMENT_TOKEN_SECONDS),
  })
  opened.resolve(identity)
  await reloading
  return {
    ...identity,
    close() {
      unsubscribe()
      closing.abort()
    },
  }
}

function concernsKeys(change: Change): boolean {
  return change.type === 'resync' || change.topics.some((topic) => topic.startsWith('signing-keys:'))
}
