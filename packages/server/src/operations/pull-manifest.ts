import type { ManifestReference } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { ManifestRecord } from '../stores/metadata/port/manifests.ts'
import { authorizeLocked } from './authorize-locked.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { requireLive } from './require-live.ts'
import { contentMoved } from './take-down.ts'
import type { Target } from './target.ts'

/**
 * One manifest by tag or digest. `counts`: a GET is a pull; a HEAD only looks.
 * @throws {AppError} `denied`, `scope-needed`, `repository-unknown`, `manifest-unknown`
 */
export async function pullManifest(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference,
  counts: boolean,
): Promise<ManifestRecord> {
  await authorizeTarget(house, caller, target, 'pull', reference)
  const repository = requireLive(target)
  const { manifest, tag } = await find(house, repository.id, reference)
  if (manifest === undefined) throw unknown(target, reference)
  await authorizeLocked(house, caller, target, 'pull', reference, {
    manifest: manifest.locks,
    tags: tag === undefined ? [] : [tag],
  })
  if (counts) {
    const { digest, size: bytes } = manifest
    house.recorder.happened(contentMoved(caller, 'pull', target, reference, { digest, bytes }))
  }
  return manifest
}

async function find(house: House, repository: RepositoryId, reference: ManifestReference) {
  const { manifests } = house.store.read
  if (reference.type === 'digest') {
    return { manifest: await manifests.byDigest(repository, reference.digest), tag: undefined }
  }
  return (await manifests.byTag(repository, reference.tag)) ?? { manifest: undefined, tag: undefined }
}

function unknown(target: Target, reference: ManifestReference): AppError {
  const what = reference.type === 'tag' ? `tag \`${reference.tag}\`` : `manifest \`${reference.digest}\``
  return new AppError('manifest-unknown', `\`${target.fullName}\` has no ${what}`)
}
