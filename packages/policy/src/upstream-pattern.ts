import { error, ok, type RegistryHost, type RepositoryName, type Result } from '@wharden/oci'
import { DOCKER_HUB, parseCanonicalHost } from './canonical-host.ts'
import {
  describePathPatternProblem,
  formatPathPattern,
  parsePathPattern,
  type PathPattern,
  type PathPatternProblem,
} from './pattern.ts'

/** Repositories of another registry. */
export type UpstreamPattern = { readonly host: RegistryHost; readonly path: PathPattern }

export type UpstreamPatternProblem = { readonly type: 'host'; readonly text: string } | PathPatternProblem

/**
 * Reads `docker.io/library/nginx`, `docker.io/bitnami/*`, `quay.io/*`; `/**` says the same as `/*`. The host comes
 * out canonical, and `docker.io/nginx` as `docker.io/library/nginx`, which is what every client makes of it.
 */
export function parseUpstreamPattern(text: string): Result<UpstreamPattern, UpstreamPatternProblem> {
  const slash = text.indexOf('/')
  const host = startsWithHost(text) ? parseCanonicalHost(text.slice(0, slash)) : undefined
  if (host === undefined) return error({ type: 'host', text })
  const path = parsePathPattern(text.slice(slash + 1).replace(/(^|\/)\*\*$/, '$1*'))
  return path.type === 'error' ? path : ok({ host, path: withLibrary(host, path.value) })
}

/**
 * Whether a path's first part is a registry's host, as in docker's references: it has a dot or a port, or is
 * `localhost`. Organizations are DNS labels, so nothing of ours at a root site begins so.
 */
export function startsWithHost(text: string): boolean {
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  return /[.:]/.test(first) || first === 'localhost'
}

/** One line for people. */
export function describeUpstreamPatternProblem(problem: UpstreamPatternProblem): string {
  if (problem.type !== 'host') return describePathPatternProblem(problem)
  return `\`${problem.text}\` doesn't begin with a registry's host: write it as \`docker.io/library/nginx\` or \`quay.io/*\``
}

export function formatUpstreamPattern({ host, path }: UpstreamPattern): string {
  return `${host}/${formatPathPattern(path)}`
}

function withLibrary(host: RegistryHost, path: PathPattern): PathPattern {
  if (host !== DOCKER_HUB || path.type === 'under' || path.name.includes('/')) return path
  return { type: 'exact', name: `library/${path.name}` as RepositoryName }
}
