import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { heedRepositoryLocks } from './authorize-locked.ts'
import { authorizeTarget, mayPull } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { bringToLife } from './push-blob.ts'
import type { Target } from './target.ts'

/** How many repositories that link a blob are looked at for one the caller may read. */
const CANDIDATES = 100

/**
 * Links a blob that another repository holds. `from`: the repository named, or undefined for any of the same organization.
 * Both sides are decided on. A source that can't be read is as good as none: the client uploads instead.
 * @returns whether it was mounted
 * @throws {AppError} `denied`, `scope-needed` (for the source too, when it is readable but wasn't asked for)
 */
export async function mountBlob(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
  from: Target | undefined,
): Promise<boolean> {
  await authorizeTarget(house, caller, target, 'push')
  const source =
    from === undefined
      ? await anySource(house, caller, target, digest)
      : await namedSource(house, caller, target, from)
  if (source === undefined) return false
  const repository = await bringToLife(house, target)
  return heedRepositoryLocks(house, caller, target, 'push', repository.id, async (tx) => {
    if ((await tx.blobs.linked(source, digest)) === undefined) return false
    return tx.blobs.link(repository.id, digest)
  })
}

async function namedSource(
  house: House,
  caller: Caller,
  target: Target,
  from: Target,
): Promise<RepositoryId | undefined> {
  if (from.type !== 'ours' || from.repository?.state !== 'live') return undefined
  return (await mayPull(house, caller, from, { orAskFor: target })) ? from.repository.id : undefined
}

async function anySource(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
): Promise<RepositoryId | undefined> {
  if (target.type !== 'ours') return undefined
  const ids = await house.store.read.blobs.linkedFrom(digest, CANDIDATES)
  for (const repository of await house.store.read.repositories.byIds(ids)) {
    if (repository.organization !== target.organization.id || repository.state !== 'live') continue
    const source: Target = { ...target, name: repository.name, repository }
    if (await mayPull(house, caller, source, { whateverAsked: true })) return repository.id
  }
  return undefined
}
