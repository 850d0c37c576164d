import {
  describeRepositoryNameProblem,
  error,
  ok,
  parseRepositoryName,
  type RepositoryName,
  type RepositoryNameProblem,
  type Result,
} from '@wharden/oci'

/** Which names: exactly one, or all that begin with `prefix`: `''` is every name, `samples/` what lies below it. */
export type PathPattern =
  | { readonly type: 'exact'; readonly name: RepositoryName }
  | { readonly type: 'under'; readonly prefix: string }

export type PathPatternProblem =
  | { readonly type: 'wildcard'; readonly text: string }
  | { readonly type: 'name'; readonly problem: RepositoryNameProblem }

/**
 * Reads `samples/nginx`, `samples/*` or `*`: one wildcard, alone or after the last slash. `samples/*` is everything
 * below `samples`, at any depth, and not `samples` itself.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
 */
export function parsePathPattern(text: string): Result<PathPattern, PathPatternProblem> {
  if (text === '*') return ok({ type: 'under', prefix: '' })
  const below = text.endsWith('/*')
  const path = below ? text.slice(0, -2) : text
  if (path.includes('*')) return error({ type: 'wildcard', text })
  const name = parseRepositoryName(path)
  if (name.type === 'error') return error({ type: 'name', problem: name.error })
  return ok(below ? { type: 'under', prefix: `${name.value}/` } : { type: 'exact', name: name.value })
}

/** One line for people. */
export function describePathPatternProblem(problem: PathPatternProblem): string {
  switch (problem.type) {
    case 'wildcard':
      return (
        `\`${problem.text}\` has its \`*\` in the wrong place: use \`*\` alone for everything, or one \`/*\` ` +
        'at the end, as in `samples/*`'
      )
    case 'name':
      return describeRepositoryNameProblem(problem.problem)
  }
}

export function formatPathPattern(pattern: PathPattern): string {
  return pattern.type === 'exact' ? pattern.name : `${pattern.prefix}*`
}

export function coversPath(pattern: PathPattern, name: string): boolean {
  return pattern.type === 'exact' ? pattern.name === name : name.startsWith(pattern.prefix)
}

/** What both cover: one of them, as prefixes either nest or have nothing in common. */
export function intersectPaths(one: PathPattern, other: PathPattern): PathPattern | undefined {
  if (isWithin(one, other)) return one
  return isWithin(other, one) ? other : undefined
}

/** Whether all that `inner` covers is covered by `outer`. */
export function isWithin(inner: PathPattern, outer: PathPattern): boolean {
  if (inner.type === 'exact') return coversPath(outer, inner.name)
  return outer.type === 'under' && inner.prefix.startsWith(outer.prefix)
}
