import { createHash } from 'node:crypto'
import {
  describeManifestProblem,
  digestAlgorithm,
  parseDigest,
  parseManifest,
  type Digest,
  type DigestAlgorithm,
  type ManifestReference,
} from '@wharden/oci'
import { AppError } from '../errors.ts'
import type { RepositoryId } from '@wharden/policy'
import type { ContentNouns } from '../stores/metadata/port.ts'
import { authorizeLocked, heedLocks, type FoundLocks } from './authorize-locked.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { bringToLife } from './push-blob.ts'
import { contentMoved } from './take-down.ts'
import type { Target } from './target.ts'

export type PushedManifest = { readonly digest: Digest; readonly subject: Digest | undefined }

/**
 * Stores a manifest and moves its tag. All it refers to must be in the repository: checked in the same transaction, so
 * garbage collection can't slip between.
 * @throws {AppError} `denied`, `manifest-invalid`, `digest-invalid`, `manifest-blob-unknown`
 */
export async function pushManifest(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference,
  body: { readonly bytes: Buffer; readonly contentType: string },
): Promise<PushedManifest> {
  await authorizeTarget(house, caller, target, 'push', reference)
  const manifest = parseManifest(body.bytes, body.contentType)
  if (manifest.type === 'error')
    throw new AppError('manifest-invalid', describeManifestProblem(manifest.error))
  const digest = digestOf(body.bytes, reference)
  const repository = await bringToLife(house, target)
  const { mediaType, artifactType, configMediaType, annotations, subject, blobs, manifests } = manifest.value
  const put = await heedLocks(
    house,
    target,
    (found) => authorizeLocked(house, caller, target, 'push', reference, found),
    (tx) => holdFor(tx, repository.id, reference),
    (tx) =>
      tx.manifests.put({
        repository: repository.id,
        digest,
        mediaType,
        artifactType,
        configMediaType,
        annotations,
        subject: subject?.digest,
        body: body.bytes,
        // What lies elsewhere by design (non-distributable layers) need not be here.
        blobs: blobs.filter((blob) => !blob.foreign).map((blob) => blob.digest),
        manifests: manifests.map((child) => child.digest),
        ...(reference.type === 'tag' && { tag: reference.tag }),
      }),
  )
  if (put.type === 'missing') throw missing([...put.blobs, ...put.manifests])
  house.recorder.happened(
    contentMoved(caller, 'push', target, reference, { digest, bytes: body.bytes.length }),
  )
  return { digest, subject: subject?.digest }
}

/** A locked tag can't be moved, and a locked manifest can't be written again. */
async function holdFor(
  { repositories, tags, manifests }: ContentNouns,
  id: RepositoryId,
  reference: ManifestReference,
): Promise<FoundLocks> {
  const repository = await repositories.hold(id)
  if (reference.type === 'digest')
    return { repository, manifest: (await manifests.holdLocks(id, reference.digest)).manifest }
  const tag = await tags.holdLocks(id, reference.tag)
  return { repository, ...(tag !== undefined && { tags: [tag] }) }
}

function digestOf(bytes: Buffer, reference: ManifestReference): Digest {
  if (reference.type === 'tag') return hashed(bytes, 'sha256')
  const actual = hashed(bytes, digestAlgorithm(reference.digest))
  if (actual === reference.digest) return actual
  throw new AppError('digest-invalid', `the manifest hashes to ${actual}, not to ${reference.digest}`)
}

function hashed(bytes: Buffer, algorithm: DigestAlgorithm): Digest {
  const digest = parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`)
  if (digest === undefined) throw new Error('a hash of ours is no digest')
  return digest
}

function missing(digests: readonly Digest[]): AppError {
  const [first] = digests
  const others = digests.length > 1 ? ` and ${digests.length - 1} more` : ''
  return new AppError(
    'manifest-blob-unknown',
    `the manifest refers to ${first}${others}, not in this repository: push it first`,
    {
      digests: digests.slice(0, 100),
    },
  )
}
