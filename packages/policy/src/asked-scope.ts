import type { RepositoryName, Scope, ScopeAction } from '@wharden/oci'
import type { RepositoryAction } from './action.ts'

/** What tokens call our actions. https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions */
export const SCOPE_ACTION = {
  'content/read': 'pull',
  'content/write': 'push',
  'content/delete': 'delete',
  'metadata/read': 'metadata_read',
  'metadata/write': 'metadata_write',
} as const satisfies Record<RepositoryAction, ScopeAction>

/**
 * Whether a token was asked for an action on a repository, named as its site names it. Having asked to `pull` admits
 * reading metadata, for clients that list tags ask for no more; whether it is granted is another question.
 */
export function within(asked: readonly Scope[], action: RepositoryAction, name: RepositoryName): boolean {
  return asked.some(
    (scope) =>
      scope.type === 'repository' &&
      scope.name === name &&
      scope.actions.some(
        (one) =>
          one === '*' || one === SCOPE_ACTION[action] || (one === 'pull' && action === 'metadata/read'),
      ),
  )
}
