import {
  error,
  ok,
  parseDigest,
  parseTag,
  type Digest,
  type ManifestReference,
  type Result,
} from '@wharden/oci'
import {
  describeUpstreamPatternProblem,
  formatUpstreamPattern,
  parseUpstreamPattern,
  type UpstreamPattern,
  type UpstreamPatternProblem,
} from './upstream-pattern.ts'

/** Repositories of a registry, and if given only one tag of them, or the tags that begin so, or a digest. */
export type ImagePattern = UpstreamPattern & { readonly reference: ReferencePattern }

export type ReferencePattern =
  | { readonly type: 'any' }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'tag-prefix'; readonly prefix: string }
  | { readonly type: 'digest'; readonly digest: Digest }

export type ImagePatternProblem =
  | UpstreamPatternProblem
  | { readonly type: 'tag'; readonly text: string }
  | { readonly type: 'digest'; readonly text: string }
  | { readonly type: 'tag-and-digest' }

/** As it is written: `{ repository: 'docker.io/library/nginx', tag: '1.*' }`. */
export type ImagePatternText = {
  readonly repository: string
  readonly tag?: string | undefined
  readonly digest?: string | undefined
}

export function parseImagePattern(text: ImagePatternText): Result<ImagePattern, ImagePatternProblem> {
  const repository = parseUpstreamPattern(text.repository)
  if (repository.type === 'error') return repository
  const reference = parseReferencePattern(text)
  return reference.type === 'ok' ? ok({ ...repository.value, reference: reference.value }) : reference
}

function parseReferencePattern({
  tag,
  digest,
}: ImagePatternText): Result<ReferencePattern, ImagePatternProblem> {
  if (tag !== undefined && digest !== undefined) return error({ type: 'tag-and-digest' })
  if (digest !== undefined) {
    const parsed = parseDigest(digest)
    return parsed === undefined
      ? error({ type: 'digest', text: digest })
      : ok({ type: 'digest', digest: parsed })
  }
  if (tag === undefined || tag === '*') return ok({ type: 'any' })
  const prefix = tag.endsWith('*') ? tag.slice(0, -1) : undefined
  if (parseTag(prefix ?? tag) === undefined) return error({ type: 'tag', text: tag })
  return ok(prefix === undefined ? { type: 'tag', tag } : { type: 'tag-prefix', prefix })
}

/** One line for people. */
export function describeImagePatternProblem(problem: ImagePatternProblem): string {
  switch (problem.type) {
    case 'tag':
      return `\`${problem.text}\` isn't a tag: write it as \`1.27\`, or \`1.*\` for all that begin with \`1.\``
    case 'digest':
      return `\`${problem.text}\` isn't a digest: use \`sha256:\` or \`sha512:\` and its hexadecimal digits`
    case 'tag-and-digest':
      return 'give a tag or a digest, not both: a digest alone says exactly which image'
    default:
      return describeUpstreamPatternProblem(problem)
  }
}

/** `docker.io/library/nginx:1.*`, `quay.io/acme/app@sha256:…`. */
export function formatImagePattern(pattern: ImagePattern): string {
  const repository = formatUpstreamPattern(pattern)
  switch (pattern.reference.type) {
    case 'any':
      return repository
    case 'tag':
      return `${repository}:${pattern.reference.tag}`
    case 'tag-prefix':
      return `${repository}:${pattern.reference.prefix}*`
    case 'digest':
      return `${repository}@${pattern.reference.digest}`
  }
}

export function coversReference(pattern: ReferencePattern, reference: ManifestReference): boolean {
  switch (pattern.type) {
    case 'any':
      return true
    case 'tag':
      return reference.type === 'tag' && reference.tag === pattern.tag
    case 'tag-prefix':
      return reference.type === 'tag' && reference.tag.startsWith(pattern.prefix)
    case 'digest':
      return reference.type === 'digest' && reference.digest === pattern.digest
  }
}
