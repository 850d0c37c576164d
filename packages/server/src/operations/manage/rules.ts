/**
 * What people write in tokens and scope maps (`samples/nginx`: pull), and the rules a store keeps for it. A rule's label
 * is what was written, `samples/nginx scope-image-push`, so it can be shown again word for word; its pattern and actions
 * are what it means, bound to ids when it was given.
 */
import type { RepositoryName } from '@wharden/oci'
import {
  actionsOn,
  bindSelector,
  describeRepositorySelectorProblem,
  parseRepositorySelector,
  type Action,
  type GrantPattern,
  type OrganizationId,
  type RepositoryId,
  type RepositorySelector,
  type RightsOf,
} from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { NewRule, RuleRecord } from '../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import type { Gift } from './held.ts'

/** One line as it was written. */
export type WrittenRule = { readonly repository: string; readonly permissions: readonly string[] }

/** One line, read: names not yet bound to ids. */
export type ReadRule = {
  readonly selector: RepositorySelector
  readonly permissions: readonly string[]
  readonly label: string
}

/** What a permission's word means to a kind of credential; `undefined`: nothing. */
export type Meaning = (permission: string) => RightsOf | undefined

/** @throws {AppError} `invalid`, naming the line */
export function readRules(rules: readonly WrittenRule[], field: string): readonly ReadRule[] {
  return rules.map(({ repository, permissions }, index) => {
    const selector = parseRepositorySelector(repository)
    if (selector.type === 'error') {
      throw new AppError('invalid', describeRepositorySelectorProblem(selector.error), {
        field: `${field}.${index}.repository`,
      })
    }
    return { selector: selector.value, permissions, label: labelOf({ repository, permissions }) }
  })
}

/** The part of a change that binds names to ids, reserving those of repositories that don't exist yet. */
export async function bindRules(
  tx: ChangeNouns,
  organization: OrganizationId,
  rules: readonly ReadRule[],
  meaning: Meaning,
): Promise<readonly (NewRule & Gift)[]> {
  const names = rules.flatMap(({ selector }) => exactName(selector) ?? [])
  const ids = await tx.repositories.reserve(organization, names)
  const idOf = (name: RepositoryName): RepositoryId => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`\`${name}\` was reserved, and has no id`)
    return id
  }
  return rules.map(({ selector, permissions, label }) => {
    const pattern = bindSelector(selector, organization, idOf)
    const name = exactName(selector)
    const place = name === undefined ? undefined : { organization, name }
    return { pattern, place, actions: actionsFor(permissions, pattern, meaning), label }
  })
}

/** Of a repository of ours, where a rule names one. */
function exactName(selector: RepositorySelector): RepositoryName | undefined {
  return selector.type === 'ours' && selector.path.type === 'exact' ? selector.path.name : undefined
}

/** Everything the permissions mean for a pattern, each action once. @throws {AppError} `invalid` for a word of another kind */
export function actionsFor(
  permissions: readonly string[],
  pattern: GrantPattern,
  meaning: Meaning,
): readonly Action[] {
  const actions = permissions.flatMap((permission) => {
    const rights = meaning(permission)
    if (rights !== undefined) return actionsOn(rights, pattern)
    throw new AppError('invalid', `\`${permission}\` is nothing that a token of this kind can be given`, {
      field: 'permissions',
    })
  })
  return [...new Set(actions)]
}

export function labelOf({ repository, permissions }: WrittenRule): string {
  return `${repository} ${permissions.join(',')}`
}

/** The lines that rules were written as; several rules may come from one. */
export function writtenRules<Permission extends string>(
  rules: readonly RuleRecord[],
): { repository: string; permissions: Permission[] }[] {
  const written = new Map(rules.map((rule) => [rule.label, rule]))
  return [...written.values()].map(({ label, actions }) => {
    const [repository = '', permissions] = label.split(' ')
    // Whoever wrote the label had the contract's words; a label without them holds the actions themselves.
    return { repository, permissions: (permissions?.split(',') ?? [...actions]) as Permission[] }
  })
}
