/** What may be done to a repository, a tag or a manifest whoever asks: ACR's attributes, shown and changed. */
import {
  formatManifestReference,
  type Digest,
  type ManifestReference,
  type RepositoryName,
  type Tag,
} from '@wharden/oci'
import type { AccountName, RepositoryId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { ReadNouns, ChangeNouns } from '../../stores/metadata/port.ts'
import type { Locks } from '../../stores/metadata/port/repositories.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { findRepository, resourceOf } from './repository.ts'

type One = {
  readonly organization: AccountName
  readonly repository: RepositoryName
  readonly tag?: Tag | undefined
  readonly digest?: Digest | undefined
}
type Attributes = { readonly [Each in keyof Locks]?: boolean | undefined }

/** What a lock is on, as it stands in the store. */
type Locked = {
  readonly on: 'repository' | 'tag' | 'manifest'
  readonly tag: Tag | null
  readonly digest: Digest | null
  readonly locks: Locks
}

/** @throws {AppError} `not-found`, `denied`, `invalid` */
export async function showLock(house: House, caller: Caller, input: One) {
  const { id, reference } = await requireRight(house, caller, input, 'metadata/read')
  return lockView(input, await find(house.store.read, id, input, reference))
}

/**
 * Changes those attributes that are named. Whoever may write metadata may, locked or not: nothing else could unlock it.
 * @throws {AppError} `not-found`, `denied`, `invalid`
 */
export async function updateLock(house: House, caller: Caller, input: One & Attributes) {
  const { deleteEnabled, writeEnabled, readEnabled, listEnabled } = input
  const wanted = named({ deleteEnabled, writeEnabled, readEnabled, listEnabled })
  const { id, organization, reference } = await requireRight(house, caller, input, 'metadata/write')
  const after = await house.store.change(organization, await actorOf(house, caller), async (tx) => {
    const before = await find(tx, id, input, reference)
    await set(tx, id, wanted, reference)
    const changed = await find(tx, id, input, reference)
    tx.announce(`repository:${id}`)
    await tx.record(
      toStored({
        type: 'lock_updated',
        subject: `repository/${nameOf(input, reference)}`,
        before: before.locks,
        after: changed.locks,
      }),
    )
    return changed
  })
  return lockView(input, after)
}

async function requireRight(
  house: House,
  caller: Caller,
  input: One,
  action: 'metadata/read' | 'metadata/write',
) {
  const reference = referenceOf(input)
  const { organization, repository } = await findRepository(house, caller, input)
  const resource = { ...resourceOf(organization, repository), reference }
  await authorize(house, caller, action, resource, { repository })
  return { id: repository.id, organization: organization.id, reference }
}

function referenceOf({ tag, digest }: One): ManifestReference | undefined {
  if (tag !== undefined && digest !== undefined) {
    throw new AppError('invalid', 'name a tag or a digest, not both: each has locks of its own', {
      field: 'digest',
    })
  }
  if (tag !== undefined) return { type: 'tag', tag }
  return digest === undefined ? undefined : { type: 'digest', digest }
}

function named(attributes: Attributes): Partial<Locks> {
  const wanted = Object.entries(attributes).filter(([, value]) => value !== undefined)
  if (wanted.length > 0) return Object.fromEntries(wanted)
  throw new AppError(
    'invalid',
    'nothing to change: name at least one of `deleteEnabled`, `writeEnabled`, `readEnabled` and `listEnabled`',
    { field: 'writeEnabled' },
  )
}

async function find(
  read: Pick<ReadNouns, 'repositories' | 'tags' | 'manifests'>,
  id: RepositoryId,
  input: One,
  reference: ManifestReference | undefined,
): Promise<Locked> {
  const found = await lookUp(read, id, reference)
  if (found !== undefined) return found
  throw new AppError('not-found', `there is no \`${nameOf(input, reference)}\`, or none that you may see`)
}

async function lookUp(
  { repositories, tags, manifests }: Pick<ReadNouns, 'repositories' | 'tags' | 'manifests'>,
  id: RepositoryId,
  reference: ManifestReference | undefined,
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
  id: RepositoryId,
  locks: Partial<Locks>,
  reference: ManifestReference | undefined,
): Promise<void> {
  if (reference === undefined) await repositories.setLocks(id, locks)
  else if (reference.type === 'tag') await tags.setLocks(id, reference.tag, locks)
  else await manifests.setLocks(id, reference.digest, locks)
}

/** `acme/samples/nginx:v1` */
function nameOf({ organization, repository }: One, reference: ManifestReference | undefined): string {
  const name = `${organization}/${repository}`
  if (reference === undefined) return name
  return `${name}${reference.type === 'tag' ? ':' : '@'}${formatManifestReference(reference)}`
}

function lockView({ organization, repository }: One, { on, tag, digest, locks }: Locked) {
  return { organization, repository, on, tag, digest, changeableAttributes: locks }
}
