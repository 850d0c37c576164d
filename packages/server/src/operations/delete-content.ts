import type { Digest, ManifestReference } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { ContentNouns } from '../stores/metadata/port.ts'
import type { UndeletableImage } from '../stores/metadata/port/repositories.ts'
import { AppError } from '../errors.ts'
import { authorizeLocked, heedLocks, heedRepositoryLocks, type FoundLocks } from './authorize-locked.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { removeRepository, type Removed } from './remove-repository.ts'
import { requireLive } from './require-live.ts'
import { contentMoved } from './take-down.ts'
import type { Target } from './target.ts'

/** Deletes a tag, or a manifest with all its tags. @throws {AppError} `denied`, `manifest-unknown` */
export async function deleteManifest(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference,
): Promise<void> {
  await authorizeTarget(house, caller, target, 'delete', reference)
  const { id } = requireLive(target)
  const deleted = await heedLocks(
    house,
    target,
    (found) => authorizeLocked(house, caller, target, 'delete', reference, found),
    (tx) => holdFor(tx, id, reference),
    (tx) =>
      reference.type === 'tag'
        ? tx.tags.delete(id, reference.tag)
        : unlessNeeded(tx, id, reference.digest, () => tx.manifests.delete(id, reference.digest)),
  )
  if (typeof deleted === 'object') throw await refusePart(house, caller, target, deleted)
  if (!deleted) throw new AppError('manifest-unknown', `\`${target.fullName}\` has no such tag or manifest`)
  house.recorder.happened(contentMoved(caller, 'delete', target, reference))
}

/** A tag by itself; a manifest with every tag that goes with it. */
async function holdFor(
  { repositories, tags, manifests }: ContentNouns,
  id: RepositoryId,
  reference: ManifestReference,
): Promise<FoundLocks> {
  const repository = await repositories.hold(id)
  if (reference.type === 'digest') return { repository, ...(await manifests.holdLocks(id, reference.digest)) }
  const tag = await tags.holdLocks(id, reference.tag)
  return { repository, ...(tag !== undefined && { tags: [tag] }) }
}

/** Takes a blob out of one repository; its bytes stay while another links them. @throws {AppError} `denied`, `blob-unknown` */
export async function deleteBlob(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
): Promise<void> {
  await authorizeTarget(house, caller, target, 'delete')
  const { id } = requireLive(target)
  const deleted = await heedRepositoryLocks(house, caller, target, 'delete', id, (tx) =>
    unlessNeeded(tx, id, digest, () => tx.blobs.unlink(id, digest)),
  )
  if (typeof deleted === 'object') throw await refusePart(house, caller, target, deleted)
  if (!deleted) throw new AppError('blob-unknown', `\`${target.fullName}\` has no blob \`${digest}\``)
}

/** What a locked image needs goes no more than the image itself: else it would be there and couldn't be pulled. */
async function unlessNeeded(
  tx: ContentNouns,
  repository: RepositoryId,
  part: Digest,
  work: () => Promise<boolean>,
): Promise<boolean | UndeletableImage> {
  return (await tx.repositories.undeletable(repository, part)) ?? work()
}

/** In the words of the image that needs it. */
async function refusePart(
  house: House,
  caller: Caller,
  target: Target,
  { reference, locks }: UndeletableImage,
): Promise<AppError> {
  const found = reference.type === 'tag' ? { tags: [{ name: reference.tag, locks }] } : { manifest: locks }
  await authorizeLocked(house, caller, target, 'delete', reference, found)
  return new AppError('conflict', 'it is part of a locked image')
}

/** A repository with all that is in it. @throws {AppError} `denied`, `repository-unknown` */
export async function deleteWhole(house: House, caller: Caller, target: Target): Promise<Removed> {
  await authorizeTarget(house, caller, target, 'delete')
  return removeRepository(house, caller, requireLive(target), target.fullName)
}
