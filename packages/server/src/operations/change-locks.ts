/** ACR's attributes of a repository, a tag or a manifest: found and changed in one place, whoever asks and in whichever protocol. */
import { formatManifestReference, type Digest, type ManifestReference, type Tag } from '@wharden/oci'
import type { OrganizationId, RepositoryId } from '@wharden/policy'
import { toStored } from '../audit/event.ts'
import { AppError } from '../errors.ts'
import type { ChangeNouns, ReadNouns } from '../stores/metadata/port.ts'
import type { Locks } from '../stores/metadata/port/repositories.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { actorOf } from './manage/actor.ts'

/** What is locked: the repository itself where there is no reference. */
export type Lockable = {
  readonly organization: OrganizationId
  readonly repository: RepositoryId
  /** `acme/samples/nginx` */
  readonly fullName: string
  readonly reference: ManifestReference | undefined
}

/** How it stands in the store. */
export type Locked = {
  readonly on: 'repository' | 'tag' | 'manifest'
  readonly tag: Tag | null
  readonly digest: Digest | null
  readonly locks: Locks
}

/** For a caller who was allowed to read what it is. @throws {AppError} `not-found` */
export async function findLocked(
  read: Pick<ReadNouns, 'repositories' | 'tags' | 'manifests'>,
  what: Lockable,
): Promise<Locked> {
  const found = await lookUp(read, what)
  if (found !== undefined) return found
  throw new AppError('not-found', `there is no \`${nameOf(what)}\`, or none that you may see`)
}

/**
 * Changes those attributes that are named, for a caller who was allowed to: locked or not, or nothing could be unlocked.
 * @throws {AppError} `not-found`
 */
export async function changeLocks(
  house: House,
  caller: Caller,
  what: Lockable,
  wanted: Partial<Locks>,
): Promise<Locked> {
  return house.store.change(what.organization, await actorOf(house, caller), async (tx) => {
    const before = await findLocked(tx, what)
    await set(tx, what, wanted)
    const after = await findLocked(tx, what)
    tx.announce(`repository:${what.repository}`)
    await tx.record(
      toStored({
        type: 'lock_updated',
        subject: `repository/${nameOf(what)}`,
        before: before.locks,
        after: after.locks,
      }),
    )
    return after
  })
}

async function lookUp(
  { repositories, tags, manifests }: Pick<ReadNouns, 'repositories' | 'tags' | 'manifests'>,
  { repository: id, reference }: Lockable,
): Promise<Locked | undefined> {
  if (reference === undefined) {
    const repository = await repositories.byId(id)
    return repository && { on: 'repository', tag: null, digest: null, locks: repository.locks }
  }
  if (reference.type === 'digest') {
    const manifest = await manifests.byDigest(id, reference.digest)
    return manifest && { on: 'manifest', tag: null, digest: manifest.digest, locks: manifest.locks }
  }
  const tag = await tags.find(id, reference.tag)
  return tag && { on: 'tag', tag: tag.name, digest: tag.digest, locks: tag.locks }
}

async function set(
  { repositories, tags, manifests }: Pick<ChangeNouns, 'repositories' | 'tags' | 'manifests'>,
  { repository, reference }: Lockable,
  locks: Partial<Locks>,
): Promise<void> {
  if (reference === undefined) await repositories.setLocks(repository, locks)
  else if (reference.type === 'tag') await tags.setLocks(repository, reference.tag, locks)
  else await manifests.setLocks(repository, reference.digest, locks)
}

/** `acme/samples/nginx:v1` */
function nameOf({ fullName, reference }: Lockable): string {
  if (reference === undefined) return fullName
  return `${fullName}${reference.type === 'tag' ? ':' : '@'}${formatManifestReference(reference)}`
}
