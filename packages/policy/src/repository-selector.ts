import { error, ok, type RegistryHost, type RepositoryName, type Result } from '@wharden/oci'
import type { GrantPattern } from './grant.ts'
import type { OrganizationId, RepositoryId } from './ids.ts'
import { formatPathPattern, parsePathPattern, type PathPattern } from './pattern.ts'
import {
  describeUpstreamPatternProblem,
  formatUpstreamPattern,
  parseUpstreamPattern,
  startsWithHost,
  type UpstreamPatternProblem,
} from './upstream-pattern.ts'

/** What people write in a token or scope map of an organization: names, before they are bound to ids. */
export type RepositorySelector =
  | { readonly type: 'ours'; readonly path: PathPattern }
  | { readonly type: 'public' }
  | { readonly type: 'upstream'; readonly host: RegistryHost; readonly path: PathPattern }

export type RepositorySelectorProblem =
  | UpstreamPatternProblem
  /** Docker Hub's form needs the organization's own name in front. */
  | { readonly type: 'organization'; readonly text: string; readonly organization: string }

/** Reads `*`, `samples/*`, `samples/nginx`, or `docker.io/library/*` for another registry. */
export function parseRepositorySelector(text: string): Result<RepositorySelector, RepositorySelectorProblem> {
  if (startsWithHost(text)) {
    const upstream = parseUpstreamPattern(text)
    return upstream.type === 'ok' ? ok({ type: 'upstream', ...upstream.value }) : upstream
  }
  const path = parsePathPattern(text)
  return path.type === 'ok' ? ok({ type: 'ours', path: path.value }) : path
}

const PUBLIC_PATH = '*/*/public'

/**
 * Reads Docker Hub's form: `acme/app`, `acme/*`, and `PUBLIC_PATH` for all public repositories.
 * https://docs.docker.com/reference/api/hub/latest/#tag/org-access-tokens
 * @param organization the name of the token's organization
 */
export function parseHubSelector(
  text: string,
  organization: string,
): Result<RepositorySelector, RepositorySelectorProblem> {
  if (text === PUBLIC_PATH) return ok({ type: 'public' })
  if (startsWithHost(text)) return parseRepositorySelector(text)
  if (!text.startsWith(`${organization}/`)) return error({ type: 'organization', text, organization })
  return parseRepositorySelector(text.slice(organization.length + 1))
}

/** One line for people. */
export function describeRepositorySelectorProblem(problem: RepositorySelectorProblem): string {
  if (problem.type !== 'organization') return describeUpstreamPatternProblem(problem)
  return (
    `\`${problem.text}\` isn't in organization \`${problem.organization}\`: use \`${problem.organization}/REPOSITORY\`, ` +
    `\`${problem.organization}/*\` or \`${PUBLIC_PATH}\``
  )
}

/** As in a scope map. */
export function formatRepositorySelector(selector: RepositorySelector): string {
  switch (selector.type) {
    case 'ours':
      return formatPathPattern(selector.path)
    case 'public':
      return PUBLIC_PATH
    case 'upstream':
      return formatUpstreamPattern(selector)
  }
}

/**
 * Binds a selector to ids, once, when it is granted.
 * @param idOf the id that a name of the organization has, or that was reserved for it
 */
export function bindSelector(
  selector: RepositorySelector,
  organization: OrganizationId,
  idOf: (name: RepositoryName) => RepositoryId,
): GrantPattern {
  switch (selector.type) {
    case 'public':
      return { type: 'public' }
    case 'upstream':
      return { ...selector, organization }
    case 'ours':
      return selector.path.type === 'exact'
        ? { type: 'repository', repository: idOf(selector.path.name) }
        : { ...selector.path, organization }
  }
}
