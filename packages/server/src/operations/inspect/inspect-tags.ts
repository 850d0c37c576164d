import { parseTag, type Tag } from '@wharden/oci'
import { AppError } from '../../errors.ts'
import type { TagRecord } from '../../stores/metadata/port/manifests.ts'
import type { Page } from '../../stores/metadata/port/page.ts'
import { authorizeTarget } from '../authorize-target.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireLive } from '../require-live.ts'
import type { Target } from '../target.ts'
import { byTime, type TagListQuery } from './list-query.ts'

/** Tags with their times and attributes. @throws {AppError} `denied`, `repository-unknown`, `page-invalid` */
export async function inspectTags(
  house: House,
  caller: Caller,
  target: Target,
  query: TagListQuery,
): Promise<Page<TagRecord>> {
  await authorizeTarget(house, caller, target, 'inspect')
  const { id } = requireLive(target)
  const { tags } = house.store.read
  const { limit, order, last, digest } = query
  if (order === 'name') return tags.list(id, { limit, last: last?.name, digest })
  const timed = await byTime(query, async (name) => {
    const tag = parseTag(name)
    return tag && (await tags.find(id, tag))?.updatedAt
  })
  return tags.listByTime(id, { ...timed, digest })
}

/** One tag, listed or not. @throws {AppError} `denied`, `repository-unknown`, `manifest-unknown` */
export async function inspectTag(house: House, caller: Caller, target: Target, tag: Tag): Promise<TagRecord> {
  await authorizeTarget(house, caller, target, 'inspect', { type: 'tag', tag })
  return describeTag(house, target, tag)
}

/** As it stands now, for a caller who was allowed to know. @throws {AppError} `repository-unknown`, `manifest-unknown` */
export async function describeTag(house: House, target: Target, tag: Tag): Promise<TagRecord> {
  const found = await house.store.read.tags.find(requireLive(target).id, tag)
  if (found !== undefined) return found
  throw new AppError('manifest-unknown', `\`${target.fullName}\` has no tag \`${tag}\``)
}
