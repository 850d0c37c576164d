import type { CredentialId, GrantPattern, ScopeMapId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type { NewRule, RuleRecord } from '../port/credentials.ts'
import type { Parameter, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { groupedBy } from './grouped-by.ts'
import { manyRows, runManyRows } from './many-rows.ts'

export type RuleRow = Selectable<Tables['permission_rule']>

type Holder =
  | { readonly type: 'credential'; readonly id: CredentialId }
  | { readonly type: 'scope-map'; readonly id: ScopeMapId }

const INSERT = manyRows(
  '(?, ?, ?, ?, ?, ?, ?, ?)',
  (rows) =>
    `INSERT INTO permission_rule (id, credential_id, scope_map_id, position, pattern, repository_id, actions, label) VALUES ${rows}`,
)

export async function rulesOf(session: Session, { type, id }: Holder): Promise<readonly RuleRecord[]> {
  const column = type === 'credential' ? 'credential_id' : 'scope_map_id'
  const rows = await session.all(
    session.query.selectFrom('permission_rule').selectAll().where(column, '=', id).orderBy('position'),
  )
  return rows.map(ruleOf)
}

export async function rulesOfCredentials(
  session: Session,
  ids: readonly CredentialId[],
): Promise<ReadonlyMap<CredentialId, readonly RuleRecord[]>> {
  const rules = session.query.selectFrom('permission_rule').selectAll().orderBy('position')
  return groupedBy(
    ids,
    (some) => session.all(rules.where('credential_id', 'in', some)),
    (row) => row.credential_id,
    ruleOf,
  )
}

export async function rulesOfScopeMaps(
  session: Session,
  ids: readonly ScopeMapId[],
): Promise<ReadonlyMap<ScopeMapId, readonly RuleRecord[]>> {
  const rules = session.query.selectFrom('permission_rule').selectAll().orderBy('position')
  return groupedBy(
    ids,
    (some) => session.all(rules.where('scope_map_id', 'in', some)),
    (row) => row.scope_map_id,
    ruleOf,
  )
}

export async function insertRules(
  session: Session,
  holder: Holder,
  rules: readonly NewRule[],
): Promise<void> {
  await runManyRows(
    session,
    INSERT,
    rules.map((rule, position) => valuesOf(session, holder, rule, position)),
  )
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

function valuesOf(
  session: Session,
  { type, id }: Holder,
  { pattern, actions, label }: NewRule,
  position: number,
): readonly Parameter[] {
  return [
    newId(session.now()),
    type === 'credential' ? id : null,
    type === 'scope-map' ? id : null,
    position,
    JSON.stringify(pattern),
    // Beside the pattern so that one can ask who may reach a repository.
    pattern.type === 'repository' ? pattern.repository : null,
    JSON.stringify(actions),
    label,
  ]
}

export function ruleOf(row: Pick<RuleRow, 'id' | 'pattern' | 'actions' | 'label'>): RuleRecord {
  return {
    id: row.id,
    pattern: parseJson<GrantPattern>(row.pattern),
    actions: parseJson<RuleRecord['actions']>(row.actions),
    label: row.label,
  }
}
