import { parseManifest, type Digest, type RepositoryName } from '@wharden/oci'
import type { AccountName, RepositoryId } from '@wharden/policy'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { pageView, type Paging } from './page.ts'
import { requireRepository } from './repository.ts'
import { instant } from './time.ts'

/** Tags in byte order, with what they stand for. */
export async function listRepositoryTags(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName; readonly repository: RepositoryName } & Paging,
) {
  const { repository } = await requireRepository(house, caller, input)
  const page = await house.store.read.tags.list(repository.id, { limit: input.limit, last: input.after })
  const known = await describe(house, repository.id, new Set(page.items.map(({ digest }) => digest)))
  return pageView(
    page,
    ({ name, digest, createdAt, updatedAt, locks }) => ({
      name,
      digest,
      ...(known.get(digest) ?? { mediaType: '', size: 0 }),
      changeableAttributes: locks,
      createdAt: instant(createdAt),
      updatedAt: instant(updatedAt),
    }),
    ({ name }) => name,
  )
}

type Description = { readonly mediaType: string; readonly size: number }

async function describe(
  house: House,
  repository: RepositoryId,
  digests: ReadonlySet<Digest>,
): Promise<ReadonlyMap<Digest, Description>> {
  const known = new Map<Digest, Description>()
  for (const digest of digests) {
    const manifest = await house.store.read.manifests.byDigest(repository, digest)
    if (manifest === undefined) continue
    const { mediaType, body } = manifest
    known.set(digest, { mediaType, size: body.byteLength + named(body, mediaType) })
  }
  return known
}

/** Bytes of what a manifest names directly. */
function named(body: Uint8Array, mediaType: string): number {
  const parsed = parseManifest(body, mediaType)
  if (parsed.type === 'error') return 0
  return [...parsed.value.blobs, ...parsed.value.manifests].reduce((sum, { size }) => sum + size, 0)
}
