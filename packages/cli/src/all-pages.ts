type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }
type Query = { readonly limit: number; readonly after?: string }

const PAGE = 1000

/** Everything a list has, page by page, or its first `most`. */
export async function allPages<Item>(
  fetchPage: (query: Query) => Promise<Page<Item>>,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let after: string | null | undefined
  while (after !== null && items.length < most) {
    const limit = Math.min(PAGE, most - items.length)
    const page = await fetchPage(after === undefined ? { limit } : { limit, after })
    items.push(...page.items)
    after = page.next
  }
  return items
}
