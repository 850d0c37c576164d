/** A scope map's rules as Azure writes them: a line for each action, `repositories/samples/nginx/content/read`. */
import {
  describeScopeMapProblem,
  formatRepositorySelector,
  parseScopeMapAction,
  type RepositoryAction,
} from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { WrittenRule } from '../rules.ts'

/** What is said twice counts once. @throws {AppError} `invalid`, naming the line */
export function rulesOfActions(actions: readonly string[]) {
  const rules = new Map<string, Set<RepositoryAction>>()
  for (const [index, text] of actions.entries()) {
    const entry = parseScopeMapAction(text)
    if (entry.type === 'error') {
      throw new AppError('invalid', describeScopeMapProblem(entry.error), { field: `actions.${index}` })
    }
    const repository = formatRepositorySelector(entry.value.selector)
    const permissions = rules.get(repository) ?? new Set()
    rules.set(repository, permissions.add(entry.value.action))
  }
  return [...rules].map(([repository, permissions]) => ({ repository, permissions: [...permissions] }))
}

export function actionsOfRules(rules: readonly WrittenRule[]): readonly string[] {
  return rules.flatMap(({ repository, permissions }) =>
    permissions.map((permission) => `repositories/${repository}/${permission}`),
  )
}
