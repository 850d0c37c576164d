import type { RepositoryAction } from '@wharden/policy'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { RuleRecord, ScopeMapRecord } from '../../../stores/metadata/port/credentials.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import { writtenRules } from '../rules.ts'
import { instant } from '../time.ts'

/** A scope map as the API shows it. */
export function scopeMapView(
  organization: Pick<OrganizationRecord, 'name'>,
  { name, description, system, createdAt }: ScopeMapRecord,
  rules: readonly RuleRecord[],
  tokens: number,
) {
  return {
    name,
    organization: organization.name,
    type: system ? ('system-defined' as const) : ('user-defined' as const),
    description,
    repositories: writtenRules<RepositoryAction>(rules),
    tokens,
    createdAt: instant(createdAt),
  }
}

/** A scope map as the audit log remembers it. */
export function scopeMapState({ description }: ScopeMapRecord, rules: readonly RuleRecord[]): JsonObject {
  return { description, repositories: writtenRules(rules) }
}
