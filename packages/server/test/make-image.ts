import { parseDigest, parseRepositoryName, parseTag, type Digest } from '@wharden/oci'
import type { House } from '../src/operations/house.ts'
import { required } from './fixtures.ts'

/** Of every image that is made here: nobody pulls it. */
export const DIGEST: Digest = required(parseDigest(`sha256:${'a'.repeat(64)}`))

/** Puts a manifest into a repository of `acme`, the first organization, which it makes if need be; with these tags. */
export async function makeImage(
  { store }: Pick<House, 'store'>,
  name: string,
  tags: readonly string[] = ['v1'],
): Promise<void> {
  const repositoryName = parseRepositoryName(name)
  if (repositoryName.type === 'error') throw new Error(name)
  const acme = required((await store.read.organizations.list({ limit: 1 })).items[0])
  await store.write(async (tx) => {
    const { repository } = await tx.repositories.activate(acme.id, repositoryName.value)
    for (const tag of tags)
      await tx.manifests.put({
        repository: repository.id,
        digest: DIGEST,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        annotations: {},
        body: Buffer.from('{}'),
        blobs: [],
        manifests: [],
        tag: required(parseTag(tag)),
      })
  })
}
