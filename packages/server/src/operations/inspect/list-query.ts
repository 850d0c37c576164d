import type { Digest } from '@wharden/oci'
import type { TimePageQuery } from '../../stores/metadata/port/page.ts'
import { AppError } from '../../errors.ts'

/** A page of tags or manifests. */
export type ListQuery = {
  readonly limit: number
  readonly order: 'name' | 'oldest' | 'newest'
  /** The last thing shown; its time too where the one who asks was told. */
  readonly last?: { readonly name: string; readonly at: number | undefined } | undefined
}

/** As a `ListQuery`, of one manifest only. */
export type TagListQuery = ListQuery & { readonly digest?: Digest | undefined }

/**
 * The same by time: where it goes on is looked up for who knows no more than a name.
 * @throws {AppError} `page-invalid` where that is not there (any more)
 */
export async function byTime(
  { limit, order, last }: ListQuery,
  timeOf: (name: string) => Promise<number | undefined>,
): Promise<TimePageQuery> {
  const query = { limit, newestFirst: order === 'newest' }
  if (last === undefined) return query
  const at = last.at ?? (await timeOf(last.name))
  if (at === undefined)
    throw new AppError('page-invalid', `\`last\` is not there, or not any more: begin again without it`)
  return { ...query, last: { at, name: last.name } }
}
