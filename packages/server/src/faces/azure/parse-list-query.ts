import { parseDigest, parsePage } from '@wharden/oci'
import { AppError } from '../../errors.ts'
import type { Query } from '../../http/query-of.ts'
import type { ListQuery, TagListQuery } from '../../operations/inspect/list-query.ts'

/** What `orderby` may say; empty, as Azure's own links have it, is none. */
const ORDERS = {
  '': 'name',
  none: 'name',
  timeasc: 'oldest',
  timedesc: 'newest',
} as const satisfies Record<string, ListQuery['order']>

/**
 * `n`, `last`, `orderby` and, of tags, `digest`. In our links a `last` by time carries it, so that the listing goes on even
 * where what was last is gone: `v1@1763712000000`.
 * @throws {AppError} `page-invalid`, `digest-invalid`
 */
export function parseListQuery(query: Query, most: number): TagListQuery {
  const page = parsePage(query.get('n') ?? undefined, query.get('last') ?? undefined, most)
  if (page.type === 'error')
    throw new AppError(
      'page-invalid',
      page.error === 'n-invalid' ? '`n` must be a whole number' : '`last` can not be the last of a page',
    )
  const { limit, last } = page.value
  const order = orderOf(query.get('orderby') ?? '')
  const digest = digestOf(query.get('digest') ?? '')
  return { limit, order, digest, last: last === undefined ? undefined : placeOf(last) }
}

/** The `last` that leads on from here. */
export function formatLast(order: ListQuery['order'], name: string, at: number): string {
  return order === 'name' ? name : `${name}@${at}`
}

/** As the query says it. */
export function formatOrder(order: ListQuery['order']): string {
  return order === 'name' ? '' : order === 'oldest' ? 'timeasc' : 'timedesc'
}

function placeOf(last: string): NonNullable<ListQuery['last']> {
  const [, name = last, at] = /^(.*)@(\d{1,15})$/.exec(last) ?? []
  return { name, at: at === undefined ? undefined : Number(at) }
}

function orderOf(text: string): ListQuery['order'] {
  if (Object.hasOwn(ORDERS, text)) return ORDERS[text as keyof typeof ORDERS]
  throw new AppError('page-invalid', '`orderby` must be `timeasc`, `timedesc` or `none`')
}

function digestOf(text: string): TagListQuery['digest'] {
  if (text === '') return undefined
  const digest = parseDigest(text)
  if (digest !== undefined) return digest
  throw new AppError('digest-invalid', '`digest` is neither a sha256 nor a sha512 one')
}
