import type { ManifestReference } from '@wharden/oci'
import { NEEDED, UNLOCKED, type Locks } from '@wharden/policy'
import type { ContentNouns } from '../stores/metadata/port.ts'
import type { HeldLocks } from '../stores/metadata/port/manifests.ts'
import { authorize } from './authorize.ts'
import { resourceOf, type Need } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** The locks of the tag and manifest that a request turned out to be about; of several tags each counts. */
export type FoundLocks = Partial<HeldLocks>

/** As `authorizeTarget`, now that the tag and manifest are known, and their own locks with them. */
export async function authorizeLocked(
  house: House,
  caller: Caller,
  target: Target,
  need: Need,
  reference: ManifestReference,
  { tags = [], manifest }: FoundLocks,
): Promise<void> {
  const tagLocks = tags.length === 0 ? undefined : together(tags)
  if (isOpen(tagLocks) && isOpen(manifest)) return
  const repository = target.type === 'ours' ? target.repository : undefined
  const known = { repository, tagLocks, manifestLocks: manifest }
  const resource = resourceOf(target, reference)
  for (const action of NEEDED[need]) await authorize(house, caller, action, resource, known)
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

function together(all: readonly Locks[] = []): Locks {
  return {
    deleteEnabled: all.every(({ deleteEnabled }) => deleteEnabled),
    writeEnabled: all.every(({ writeEnabled }) => writeEnabled),
    readEnabled: all.every(({ readEnabled }) => readEnabled),
    listEnabled: all.every(({ listEnabled }) => listEnabled),
  }
}
