import type { ManifestReference } from '@wharden/oci'
import { NEEDED, UNLOCKED, type Locks, type RepositoryId } from '@wharden/policy'
import type { ContentNouns } from '../stores/metadata/port.ts'
import type { HeldLocks, TagLocks } from '../stores/metadata/port/manifests.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import { authorize } from './authorize.ts'
import { resourceOf, type Need } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { KnownFacts } from './gather-facts.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** The locks of the manifest and tags that a request turned out to be about, and those of their repository as it is by then. */
export type FoundLocks = Partial<HeldLocks> & { readonly repository?: RepositoryRecord | undefined }

/**
 * As `authorizeTarget`, now that the tag and manifest are known, and their own locks with them. A tag that goes with its
 * manifest is asked about by its own name: that is what is to be unlocked.
 * @param reference none where it is about the repository itself, or a blob
 */
export async function authorizeLocked(
  house: House,
  caller: Caller,
  target: Target,
  need: Need,
  reference: ManifestReference | undefined,
  { repository = repositoryOf(target), tags = [], manifest }: FoundLocks,
): Promise<void> {
  const ask = async (
    locks: Locks | undefined,
    of: ManifestReference | undefined,
    known: Pick<KnownFacts, 'tagLocks' | 'manifestLocks'> = {},
  ) => {
    if (isOpen(locks)) return
    const resource = resourceOf(target, of)
    for (const action of NEEDED[need])
      await authorize(house, caller, action, resource, { repository, ...known })
  }
  if (repository !== repositoryOf(target)) await ask(repository?.locks, reference)
  await ask(manifest, reference, { manifestLocks: manifest })
  for (const { name, locks } of tags) await ask(locks, { type: 'tag', tag: name }, { tagLocks: locks })
}

function repositoryOf(target: Target): RepositoryRecord | undefined {
  return target.type === 'ours' ? target.repository : undefined
}

/**
 * Does `work` in a transaction whose locks were decided on: one that is set meanwhile is decided on first. Whoever is
 * told that something is locked can rely on it.
 * @param target as it was decided on already
 */
export async function heedLocks<Value>(
  house: House,
  target: Target,
  authorizeFound: (found: FoundLocks) => Promise<void>,
  hold: (tx: ContentNouns) => Promise<FoundLocks>,
  work: (tx: ContentNouns) => Promise<Value>,
): Promise<Value> {
  let heeded: FoundLocks = { repository: repositoryOf(target) }
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

/** The same for what has no locks of its own: a blob goes by its repository's. */
export function heedRepositoryLocks<Value>(
  house: House,
  caller: Caller,
  target: Target,
  need: Need,
  id: RepositoryId,
  work: (tx: ContentNouns) => Promise<Value>,
): Promise<Value> {
  return heedLocks(
    house,
    target,
    (found) => authorizeLocked(house, caller, target, need, undefined, found),
    async ({ repositories }) => ({ repository: await repositories.hold(id) }),
    work,
  )
}

function isAlike(one: FoundLocks, other: FoundLocks): boolean {
  return (
    sameLocks(one.repository?.locks, other.repository?.locks) &&
    sameLocks(one.manifest, other.manifest) &&
    sameLocks(together(one.tags), together(other.tags))
  )
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
