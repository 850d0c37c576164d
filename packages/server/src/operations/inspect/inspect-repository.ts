import type { RepositoryContents, RepositoryRecord } from '../../stores/metadata/port/repositories.ts'
import { authorizeTarget } from '../authorize-target.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireLive } from '../require-live.ts'
import type { Target } from '../target.ts'

/** A repository and how much is in it. */
export type RepositoryDescription = RepositoryRecord & Pick<RepositoryContents, 'manifests' | 'tags'>

/** @throws {AppError} `denied`, `repository-unknown` */
export async function inspectRepository(
  house: House,
  caller: Caller,
  target: Target,
): Promise<RepositoryDescription> {
  await authorizeTarget(house, caller, target, 'inspect')
  return describeRepository(house, target)
}

/** As it stands now, for a caller who was allowed to know. @throws {AppError} `repository-unknown` */
export async function describeRepository(house: House, target: Target): Promise<RepositoryDescription> {
  const known = requireLive(target)
  const { repositories } = house.store.read
  const repository = (await repositories.byId(known.id)) ?? known
  const { manifests, tags, updatedAt = 0 } = await repositories.contents(known.id)
  return { ...repository, manifests, tags, updatedAt: Math.max(repository.updatedAt, updatedAt) }
}
