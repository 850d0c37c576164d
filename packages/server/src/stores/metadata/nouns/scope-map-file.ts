import type { Action, GrantPattern, ScopeMapId } from '@wharden/policy'
import { parseJson } from '../canonical-json.ts'
import type { ScopeMapFile } from '../port/credentials.ts'
import type { Session } from '../session.ts'

/** The map's version as often as it has rules, from one statement: no other version's rules. */
const BY_ID = `SELECT m.version, r.id, r.pattern, r.actions
  FROM scope_map m LEFT JOIN permission_rule r ON r.scope_map_id = m.id WHERE m.id = ?`

type Row = {
  readonly version: number
  readonly id: string | null
  readonly pattern: string
  readonly actions: string
}

export async function scopeMapFile(session: Session, map: ScopeMapId): Promise<ScopeMapFile | undefined> {
  const rows = await session.hot<Row>(BY_ID, map)
  const [first] = rows
  if (first === undefined) return undefined
  // Thousands of rules give the same few lists of actions: each is kept once.
  const lists = new Map<string, readonly Action[]>()
  const listOf = (text: string): readonly Action[] => {
    const list = lists.get(text) ?? parseJson<readonly Action[]>(text)
    lists.set(text, list)
    return list
  }
  return {
    id: map,
    version: first.version,
    rules: rows.flatMap(({ id, pattern, actions }) =>
      id === null ? [] : [{ id, pattern: parseJson<GrantPattern>(pattern), actions: listOf(actions) }],
    ),
  }
}
