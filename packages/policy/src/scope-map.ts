import { error, ok, type Result } from '@wharden/oci'
import { REPOSITORY_ACTIONS, type RepositoryAction } from './action.ts'
import {
  describeRepositorySelectorProblem,
  formatRepositorySelector,
  parseRepositorySelector,
  type RepositorySelector,
  type RepositorySelectorProblem,
} from './repository-selector.ts'

/** One line of a scope map. A map is their union: no denies, no precedence. */
export type ScopeMapEntry = { readonly selector: RepositorySelector; readonly action: RepositoryAction }

export type ScopeMapProblem =
  | { readonly type: 'form'; readonly text: string }
  | { readonly type: 'gateway'; readonly text: string }
  | { readonly type: 'action'; readonly text: string; readonly action: string }
  | {
      readonly type: 'repository'
      readonly text: string
      readonly repository: string
      readonly problem: RepositorySelectorProblem
    }

const ENTRY = /^repositories\/(.+)\/([^/]+\/[^/]+)$/s

/**
 * Reads `repositories/<pattern>/<action>`, e.g. `repositories/samples/nginx/content/read`.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
 */
export function parseScopeMapAction(text: string): Result<ScopeMapEntry, ScopeMapProblem> {
  if (text.startsWith('gateway/')) return error({ type: 'gateway', text })
  const [, repository, last] = ENTRY.exec(text) ?? []
  if (repository === undefined || last === undefined) return error({ type: 'form', text })
  const action = REPOSITORY_ACTIONS.find((known) => known === last)
  if (action === undefined) return error({ type: 'action', text, action: last })
  const selector = parseRepositorySelector(repository)
  if (selector.type === 'error')
    return error({ type: 'repository', text, repository, problem: selector.error })
  return ok({ selector: selector.value, action })
}

export function formatScopeMapAction({ selector, action }: ScopeMapEntry): string {
  return `repositories/${formatRepositorySelector(selector)}/${action}`
}

/** One line for people. */
export function describeScopeMapProblem(problem: ScopeMapProblem): string {
  switch (problem.type) {
    case 'form':
      return (
        `\`${problem.text}\` isn't an action of a scope map: write \`repositories/REPOSITORY/ACTION\`, ` +
        'as in `repositories/samples/nginx/content/read`'
      )
    case 'gateway':
      return `\`${problem.text}\` is for Azure's connected registries, which don't exist here: leave it out`
    case 'action':
      return `\`${problem.action}\` isn't an action: use one of ${REPOSITORY_ACTIONS.join(', ')}`
    case 'repository':
      return describeRepositorySelectorProblem(problem.problem)
  }
}
