/** Ids to a statement: a page of a list takes a few, and none holds up a server for long. */
const IDS_PER_STATEMENT = 100

/** What there is of each of many things, read some at a time; what has nothing is missing. */
export async function groupedBy<Id extends string, Row, Item>(
  ids: readonly Id[],
  read: (some: readonly Id[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => Id | null,
  parse: (row: Row) => Item,
): Promise<ReadonlyMap<Id, readonly Item[]>> {
  const groups = new Map<Id, Item[]>()
  for (let start = 0; start < ids.length; start += IDS_PER_STATEMENT) {
    for (const row of await read(ids.slice(start, start + IDS_PER_STATEMENT))) {
      const id = idOf(row)
      if (id === null) continue
      const group = groups.get(id) ?? []
      groups.set(id, group)
      group.push(parse(row))
    }
  }
  return groups
}
