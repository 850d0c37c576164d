import { MANIFEST_TYPES, isManifestMediaType, type Digest, type ManifestReference } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { PullsLeft } from '../pulls-left.ts'
import type { ManifestRecord } from '../stores/metadata/port/manifests.ts'
import { authorizeLocked } from './authorize-locked.ts'
import { authorizeTarget, resourceOf } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { pullLimitOf, pullsLeft, takePull } from './pull-quota.ts'
import { requireLive } from './require-live.ts'
import { contentMoved } from './take-down.ts'
import type { Target } from './target.ts'

/** `left`: of the limit that applies to whoever asked, where one does. */
export type PulledManifest = { readonly manifest: ManifestRecord; readonly left: PullsLeft | undefined }

/**
 * One manifest by tag or digest.
 *
 * @param isPull whether this manifest will be sent: a HEAD only looks, and who has it already gets nothing
 * @throws {AppError} `denied`, `scope-needed`, `repository-unknown`, `manifest-unknown`; `too-many-requests`
 */
export async function pullManifest(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference,
  isPull: (digest: Digest) => boolean,
): Promise<PulledManifest> {
  await authorizeTarget(house, caller, target, 'pull', reference)
  const repository = requireLive(target)
  const { manifest, tag } = await find(house, repository.id, reference)
  if (manifest === undefined) throw unknown(target, reference)
  await authorizeLocked(house, caller, target, 'pull', reference, {
    manifest: manifest.locks,
    tags: tag === undefined ? [] : [tag],
  })
  const { digest, size: bytes } = manifest
  const pulls = isPull(digest)
  const left = await quota(house, caller, target, reference, pulls && isImage(manifest))
  if (pulls) house.recorder.happened(contentMoved(caller, 'pull', target, reference, { digest, bytes }))
  return { manifest, left }
}

async function find(house: House, repository: RepositoryId, reference: ManifestReference) {
  const { manifests } = house.store.read
  if (reference.type === 'digest') {
    return { manifest: await manifests.byDigest(repository, reference.digest), tag: undefined }
  }
  return (await manifests.byTag(repository, reference.tag)) ?? { manifest: undefined, tag: undefined }
}

function isImage({ mediaType }: ManifestRecord): boolean {
  return !isManifestMediaType(mediaType) || MANIFEST_TYPES[mediaType].type === 'image'
}

async function quota(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference,
  takes: boolean,
): Promise<PullsLeft | undefined> {
  if (target.type !== 'ours' || target.repository === undefined) return undefined
  const limit = await pullLimitOf(house, caller, target.organization)
  if (limit === undefined) return undefined
  return takes
    ? takePull(house, caller, resourceOf(target, reference), target.repository, limit)
    : pullsLeft(house, limit, caller.context.now)
}

function unknown(target: Target, reference: ManifestReference): AppError {
  const what = reference.type === 'tag' ? `tag \`${reference.tag}\`` : `manifest \`${reference.digest}\``
  return new AppError('manifest-unknown', `\`${target.fullName}\` has no ${what}`)
}
