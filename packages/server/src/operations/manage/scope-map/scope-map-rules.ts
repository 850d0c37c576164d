/** What a scope map permits, line by line: one for each repository or pattern, each action of it once. */
import {
  formatRepositorySelector,
  SCOPE_MAP_RIGHTS,
  type OrganizationId,
  type RepositoryAction,
} from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { RuleRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import {
  actionsFor,
  bindRules,
  labelOf,
  readRules,
  type Meaning,
  type ReadRule,
  type WrittenRule,
} from '../rules.ts'

/** @throws {AppError} `invalid`, naming the line */
export function readScopeMapRules(
  written: readonly WrittenRule[],
  field = 'repositories',
): readonly ReadRule[] {
  const read = readRules(written, field).map((rule, index) => {
    if (rule.selector.type === 'ours') return rule
    throw new AppError('invalid', 'a scope map holds repositories of its own organization only', {
      field: `${field}.${index}.repository`,
    })
  })
  const lines = new Map<string, ReadRule>()
  for (const { selector, permissions } of read) {
    const repository = formatRepositorySelector(selector)
    const sum = [...new Set([...(lines.get(repository)?.permissions ?? []), ...permissions])]
    lines.set(repository, { selector, permissions: sum, label: labelOf({ repository, permissions: sum }) })
  }
  return [...lines.values()]
}

export function bindScopeMapRules(tx: ChangeNouns, organization: OrganizationId, rules: readonly ReadRule[]) {
  return bindRules(tx, organization, rules, meaning)
}

/** The same line with other permissions, bound to what it was bound to. */
export function withPermissions({ pattern }: Pick<RuleRecord, 'pattern'>, line: WrittenRule) {
  return { pattern, actions: actionsFor(line.permissions, pattern, meaning), label: labelOf(line) }
}

const meaning: Meaning = (permission) =>
  isRepositoryAction(permission) ? SCOPE_MAP_RIGHTS[permission] : undefined

function isRepositoryAction(text: string): text is RepositoryAction {
  return Object.hasOwn(SCOPE_MAP_RIGHTS, text)
}

/** Each action on each repository or pattern counts. */
export function entriesIn(rules: readonly { readonly permissions: readonly string[] }[]): number {
  return rules.reduce((sum, { permissions }) => sum + permissions.length, 0)
}
