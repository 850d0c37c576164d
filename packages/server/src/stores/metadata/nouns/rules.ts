import type { CredentialId, GrantPattern, ScopeMapId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type { NewRule, RuleRecord } from '../port/credentials.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'

export type RuleRow = Selectable<Tables['permission_rule']>

type Holder =
  | { readonly type: 'credential'; readonly id: CredentialId }
  | { readonly type: 'scope-map'; readonly id: ScopeMapId }

/** PostgreSQL binds at most 65,535 values to a statement, SQLite 32,766. */
const ROWS_PER_STATEMENT = 1_000

export async function rulesOf(session: Session, { type, id }: Holder): Promise<readonly RuleRecord[]> {
  const column = type === 'credential' ? 'credential_id' : 'scope_map_id'
  const rows = await session.all(
    session.query.selectFrom('permission_rule').selectAll().where(column, '=', id).orderBy('position'),
  )
  return rows.map(ruleOf)
}

export async function insertRules(
  session: Session,
  holder: Holder,
  rules: readonly NewRule[],
): Promise<void> {
  const rows = rules.map((rule, position) => ruleRow(session, holder, rule, position))
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT)
    await session.run(session.query.insertInto('permission_rule').values(some))
  }
}

export async function replaceRules(
  session: Session,
  holder: Holder,
  rules: readonly NewRule[],
): Promise<void> {
  const column = holder.type === 'credential' ? 'credential_id' : 'scope_map_id'
  await session.run(session.query.deleteFrom('permission_rule').where(column, '=', holder.id))
  await insertRules(session, holder, rules)
}

function ruleRow(session: Session, holder: Holder, rule: NewRule, position: number): RuleRow {
  return {
    id: newId(session.now()),
    credential_id: holder.type === 'credential' ? holder.id : null,
    scope_map_id: holder.type === 'scope-map' ? holder.id : null,
    position,
    pattern: JSON.stringify(rule.pattern),
    // Beside the pattern so that one can ask who may reach a repository.
    repository_id: rule.pattern.type === 'repository' ? rule.pattern.repository : null,
    actions: JSON.stringify(rule.actions),
    label: rule.label,
  }
}

export function ruleOf(row: Pick<RuleRow, 'id' | 'pattern' | 'actions' | 'label'>): RuleRecord {
  return {
    id: row.id,
    pattern: parseJson<GrantPattern>(row.pattern),
    actions: parseJson<RuleRecord['actions']>(row.actions),
    label: row.label,
  }
}
