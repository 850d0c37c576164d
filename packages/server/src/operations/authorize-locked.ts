import type { ManifestReference } from '@wharden/oci'
import { NEEDED, UNLOCKED, type Locks } from '@wharden/policy'
import type { ContentNouns } from '../stores/metadata/port.ts'
import type { HeldLocks, TagLocks } from '../stores/metadata/port/manifests.ts'
import { authorize } from './authorize.ts'
import { resourceOf, type Need } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { KnownFacts } from './gather-facts.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** The locks of the manifest and tags that a request turned out to be about. */
export type FoundLocks = Partial<HeldLocks>

/**
 * As `authorizeTarget`, now that the tag and manifest are known, and their own locks with them. A tag that goes with its
 * manifest is asked about by its own name: that is what is to be unlocked.
 */
export async function authorizeLocked(
  house: House,
  caller: Caller,
  target: Target,
  need: Need,
  reference: ManifestReference,
  { tags = [], manifest }: FoundLocks,
): Promise<void> {
  const repository = target.type === 'ours' ? target.repository : undefined
  const ask = async (of: ManifestReference, known: Pick<KnownFacts, 'tagLocks' | 'manifestLocks'>) => {
    if (isOpen(known.tagLocks) && isOpen(known.manifestLocks)) return
    const resource = resourceOf(target, of)
    for (const action of NEEDED[need])
      await authorize(house, caller, action, resource, { repository, ...known })
  }
  if (manifest !== undefined) await ask(reference, { manifestLocks: manifest })
  for (const { name, locks } of tags) await ask({ type: 'tag', tag: name }, { tagLocks: locks })
}

/**
 * Does `work` in a transaction whose locks were decided on: one that is set meanwhile is decided on first. Whoever is
 * told that something is locked can rely on it.
 */
export async function heedLocks<Value>(
  house: House,
  authorizeFound: (found: FoundLocks) => Promise<void>,
  hold: (tx: ContentNouns) => Promise<FoundLocks>,
  work: (tx: ContentNouns) => Promise<Value>,
): Promise<Value> {
  let heeded: FoundLocks = {}
  for (;;) {
    const outcome = await house.store.write(async (tx) => {
      const found = await hold(tx)
      if (!isAlike(found, heeded)) return { type: 'other', found } as const
      return { type: 'done', value: await work(tx) } as const
    })
    if (outcome.type === 'done') return outcome.value
    await authorizeFound(outcome.found)
    heeded = outcome.found
  }
}

function isAlike(one: FoundLocks, other: FoundLocks): boolean {
  return sameLocks(one.manifest, other.manifest) && sameLocks(together(one.tags), together(other.tags))
}

function sameLocks(one: Locks = UNLOCKED, other: Locks = UNLOCKED): boolean {
  return (
    one.readEnabled === other.readEnabled &&
    one.writeEnabled === other.writeEnabled &&
    one.deleteEnabled === other.deleteEnabled
  )
}

function isOpen(locks: Locks | undefined): boolean {
  return sameLocks(locks, UNLOCKED)
}

/** Of several tags each lock counts. */
function together(tags: readonly TagLocks[] = []): Locks {
  return {
    deleteEnabled: tags.every(({ locks }) => locks.deleteEnabled),
    writeEnabled: tags.every(({ locks }) => locks.writeEnabled),
    readEnabled: tags.every(({ locks }) => locks.readEnabled),
    listEnabled: tags.every(({ locks }) => locks.listEnabled),
  }
}
