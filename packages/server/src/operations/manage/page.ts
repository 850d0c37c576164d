import type { Page } from '../../stores/metadata/port/page.ts'

/** What every list of the administration API takes: `after` is the `next` of the page before. */
export type Paging = { readonly limit: number; readonly after?: string | undefined }

/** A store's page as the API gives it: views of the items, and where the next page begins. */
export function pageView<Item, View>(
  page: Page<Item>,
  view: (item: Item) => View,
  last: (item: Item) => string | number,
): { items: View[]; next: string | null } {
  const final = page.items.at(-1)
  return {
    items: page.items.map(view),
    next: page.more && final !== undefined ? String(last(final)) : null,
  }
}

/** A page of what is in memory already, in the order of `last`. */
export function pageOfAll<Item>(
  all: readonly Item[],
  { limit, after }: Paging,
  last: (item: Item) => string,
): Page<Item> {
  const sorted = all
    .filter((item) => after === undefined || last(item) > after)
    .toSorted((one, other) => (last(one) < last(other) ? -1 : 1))
  return { items: sorted.slice(0, limit), more: sorted.length > limit }
}
