import { AppError } from '../../errors.ts'
import { queryOf } from '../../http/query-of.ts'
import type { Call } from './call.ts'

const SKIP = '$skipToken'

/** Where a list goes on, by the link of the page before. @throws {AppError} `invalid` */
export function pageOf({ request }: Call, limit: number) {
  const after = queryOf(request.url ?? '').get(SKIP) ?? undefined
  if (after?.includes('\0') === true)
    throw new AppError('invalid', `\`${SKIP}\` is not from a \`nextLink\` of ours`)
  return { limit, after }
}

/** A page as Azure's lists are: `nextLink` is absolute, and only there if there is more. */
export function pageView<Item>(
  { request, address }: Call,
  { items, next }: { readonly items: readonly Item[]; readonly next: string | null },
  view: (item: Item) => object,
) {
  const value = items.map(view)
  if (next === null) return { value }
  const [path = '', query] = (request.url ?? '').split('?', 2)
  const asked = new URLSearchParams(query)
  asked.set(SKIP, next)
  return { value, nextLink: `${address.origin}${path}?${asked.toString()}` }
}
