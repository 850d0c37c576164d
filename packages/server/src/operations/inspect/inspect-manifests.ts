import { parseDigest, type Digest } from '@wharden/oci'
import { AppError } from '../../errors.ts'
import type { Page } from '../../stores/metadata/port/page.ts'
import { authorizeTarget } from '../authorize-target.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireLive } from '../require-live.ts'
import type { Target } from '../target.ts'
import { describeManifests, type ManifestDescription } from './describe-manifests.ts'
import { byTime, type ListQuery } from './list-query.ts'

/** Manifests with all that is told of them. @throws {AppError} `denied`, `repository-unknown`, `page-invalid` */
export async function inspectManifests(
  house: House,
  caller: Caller,
  target: Target,
  query: ListQuery,
): Promise<Page<ManifestDescription>> {
  await authorizeTarget(house, caller, target, 'inspect')
  const { id } = requireLive(target)
  const { manifests } = house.store.read
  const { limit, order, last } = query
  const page =
    order === 'name'
      ? await manifests.list(id, { limit, last: last?.name })
      : await manifests.listByTime(
          id,
          await byTime(query, async (name) => {
            const digest = parseDigest(name)
            return digest && (await manifests.byDigest(id, digest))?.pushedAt
          }),
        )
  return { more: page.more, items: await describeManifests(house, id, page.items) }
}

/** One manifest, listed or not. @throws {AppError} `denied`, `repository-unknown`, `manifest-unknown` */
export async function inspectManifest(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
): Promise<ManifestDescription> {
  await authorizeTarget(house, caller, target, 'inspect', { type: 'digest', digest })
  return describeManifest(house, target, digest)
}

/** As it stands now, for a caller who was allowed to know. @throws {AppError} `repository-unknown`, `manifest-unknown` */
export async function describeManifest(
  house: House,
  target: Target,
  digest: Digest,
): Promise<ManifestDescription> {
  const { id } = requireLive(target)
  const found = await house.store.read.manifests.byDigest(id, digest)
  const [described] = found === undefined ? [] : await describeManifests(house, id, [found])
  if (described !== undefined) return described
  throw new AppError('manifest-unknown', `\`${target.fullName}\` has no manifest \`${digest}\``)
}
