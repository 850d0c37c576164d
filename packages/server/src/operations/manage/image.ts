/** What a repository holds, shown and taken away by whoever is signed in. */
import type { Digest, ManifestReference, RepositoryName, Tag } from '@wharden/oci'
import type { AccountName } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { Caller } from '../caller.ts'
import { deleteManifest } from '../delete-content.ts'
import type { House } from '../house.ts'
import type { ManifestDescription } from '../inspect/describe-manifests.ts'
import { inspectManifests } from '../inspect/inspect-manifests.ts'
import type { Target } from '../target.ts'
import { pageView, type Paging } from './page.ts'
import { findRepository } from './repository.ts'
import { instant } from './time.ts'

type InRepository = { readonly organization: AccountName; readonly repository: RepositoryName }
type ListInput = InRepository & Paging & { readonly order: 'digest' | 'oldest' | 'newest' }
type DeleteInput = InRepository & { readonly tag?: Tag | undefined; readonly digest?: Digest | undefined }

/** Of each manifest its config is looked at. */
const MOST = 100

/** @throws {AppError} `not-found`, `denied`, `page-invalid` */
export async function listImages(house: House, caller: Caller, input: ListInput) {
  const { after, order } = input
  const query = {
    limit: Math.min(input.limit, MOST),
    order: order === 'digest' ? ('name' as const) : order,
    last: after === undefined ? undefined : { name: after, at: undefined },
  }
  const page = await inspectManifests(house, caller, await targetOf(house, caller, input), query)
  return pageView(page, imageView, ({ digest }) => digest)
}

/** @throws {AppError} `not-found`, `denied`, `manifest-unknown`, `invalid` where it is not said what */
export async function deleteImage(house: House, caller: Caller, input: DeleteInput): Promise<void> {
  const reference = referenceOf(input)
  await deleteManifest(house, caller, await targetOf(house, caller, input), reference)
}

async function targetOf(house: House, caller: Caller, input: InRepository): Promise<Target> {
  const { organization, repository } = await findRepository(house, caller, input)
  const { name } = repository
  return {
    type: 'ours',
    asked: name,
    fullName: `${organization.name}/${name}`,
    organization,
    name,
    repository,
  }
}

function referenceOf({ tag, digest }: DeleteInput): ManifestReference {
  if (tag !== undefined && digest === undefined) return { type: 'tag', tag }
  if (digest !== undefined && tag === undefined) return { type: 'digest', digest }
  throw new AppError('invalid', 'name a tag or a digest, and not both: a repository is deleted by itself', {
    field: 'digest',
  })
}

function imageView(manifest: ManifestDescription) {
  const { digest, mediaType, configMediaType, platform, imageSize, tags, locks, pushedAt } = manifest
  return {
    digest,
    mediaType,
    configMediaType: configMediaType ?? null,
    architecture: platform?.architecture ?? null,
    os: platform?.os ?? null,
    size: imageSize,
    tags: [...tags],
    changeableAttributes: locks,
    createdAt: instant(pushedAt),
  }
}
