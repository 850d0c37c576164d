import type { Action, GrantPattern, RepositoryId, ScopeMapId } from '@wharden/policy'
import { parseJson } from '../canonical-json.ts'
import type { ScopeMapFile } from '../port/credentials.ts'
import type { Session } from '../session.ts'

/**
 * A row for each list of actions, of which there are few; its rules in one text, as fifty rows would cost three times as much. One
 * statement, so that the version is that of the rules.
 */
const BY_ID = `SELECT m.version, r.actions,
    string_agg('["' || r.id || '",' || COALESCE('"' || r.repository_id || '"', r.pattern) || ']', ',') AS rules
  FROM scope_map m LEFT JOIN permission_rule r ON r.scope_map_id = m.id WHERE m.id = ? GROUP BY m.version, r.actions`

type Row = { readonly version: number } & (
  | { readonly actions: null; readonly rules: null }
  | { readonly actions: string; readonly rules: string }
)

export async function scopeMapFile(session: Session, map: ScopeMapId): Promise<ScopeMapFile | undefined> {
  const rows = await session.hot<Row>(BY_ID, map)
  const [first] = rows
  return first && { id: map, version: first.version, rules: rows.flatMap(rulesIn) }
}

function rulesIn(row: Row): ScopeMapFile['rules'] {
  if (row.actions === null) return []
  const actions = parseJson<readonly Action[]>(row.actions)
  const rules = parseJson<readonly (readonly [string, RepositoryId | GrantPattern])[]>(`[${row.rules}]`)
  return rules.map(([id, where]) => ({
    id,
    actions,
    pattern: typeof where === 'string' ? { type: 'repository', repository: where } : where,
  }))
}
