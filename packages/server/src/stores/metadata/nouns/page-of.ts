import type { Page } from '../port/page.ts'

/** From one row more than was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  parse: (row: Row) => Item,
): Page<Item> {
  return { items: rows.slice(0, limit).map(parse), more: rows.length > limit }
}
