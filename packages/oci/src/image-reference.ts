import { parseDigest, type Digest } from './digest.ts'
import { quote } from './quote.ts'
import { parseRegistryHost, type RegistryHost } from './registry-host.ts'
import {
  describeRepositoryNameProblem,
  parseRepositoryName,
  type RepositoryName,
  type RepositoryNameProblem,
} from './repository-name.ts'
import { error, ok, type Result } from './result.ts'
import { parseTag, type Tag } from './tag.ts'

/** What people write after `docker pull`, in full: `nginx` is `docker.io`, `library/nginx`. */
export type ImageReference = {
  readonly domain: RegistryHost
  readonly path: RepositoryName
  readonly tag?: Tag
  /** Where both are given, the digest decides what is pulled. */
  readonly digest?: Digest
}

export type ImageReferenceProblem =
  | { readonly type: 'identifier' }
  | { readonly type: 'domain'; readonly domain: string }
  | { readonly type: 'name'; readonly problem: RepositoryNameProblem }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'digest'; readonly digest: string }

const DEFAULT_DOMAIN = 'docker.io'
const LEGACY_DEFAULT_DOMAIN = 'index.docker.io'
const OFFICIAL_PREFIX = 'library/'

// 64 hex digits alone are an image's id to docker, so they can't be a name.
const IDENTIFIER = /^[a-f0-9]{64}$/

/**
 * Reads an image reference as docker does (`ParseNormalizedNamed`): a first part with a dot, a colon or a capital, or
 * `localhost`, is a host; everything else is Docker Hub's, where single names are below `library/`. Stricter in one
 * thing: a first part that looks like a host and isn't one (`a_b.com/app`) is refused, where distribution makes it a
 * name without a host. https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function parseImageReference(text: string): Result<ImageReference, ImageReferenceProblem> {
  if (IDENTIFIER.test(text)) return error({ type: 'identifier' })
  const { domain, remainder } = splitDomain(text)
  const host = parseRegistryHost(domain)
  if (host === undefined) return error({ type: 'domain', domain })
  const [named, digestText] = cut(remainder, '@')
  const [pathText, tagText] = cut(named, ':')
  const path = parseRepositoryName(pathText)
  if (path.type === 'error') return error({ type: 'name', problem: path.error })
  const tag = tagText === undefined ? undefined : parseTag(tagText)
  if (tagText !== undefined && tag === undefined) return error({ type: 'tag', tag: tagText })
  const digest = digestText === undefined ? undefined : parseDigest(digestText)
  if (digestText !== undefined && digest === undefined) return error({ type: 'digest', digest: digestText })
  return ok({ domain: host, path: path.value, ...(tag && { tag }), ...(digest && { digest }) })
}

/** distribution's `splitDockerDomain`. */
function splitDomain(text: string): { readonly domain: string; readonly remainder: string } {
  const [first, rest] = cut(text, '/')
  if (rest === undefined || !looksLikeHost(first)) return onDockerHub(text)
  if (first === DEFAULT_DOMAIN || first === LEGACY_DEFAULT_DOMAIN) return onDockerHub(rest)
  return { domain: first, remainder: rest }
}

function looksLikeHost(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first
}

function onDockerHub(remainder: string): { readonly domain: string; readonly remainder: string } {
  const official = !remainder.includes('/')
  return { domain: DEFAULT_DOMAIN, remainder: official ? OFFICIAL_PREFIX + remainder : remainder }
}

/** The text before the first separator and, where there is one, the text after it. */
function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** The full form: `docker.io/library/nginx:1.27`. */
export function formatImageReference(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`
}

function suffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/**
 * The form docker prints: without `docker.io/`, and without `library/` before a single name. A name that docker would
 * read back as another one (`docker.io/localhost/app`) keeps its full form.
 */
export function familiarName(reference: ImageReference): string {
  const { domain, path } = reference
  if (domain !== DEFAULT_DOMAIN) return formatImageReference(reference)
  const short = path.startsWith(OFFICIAL_PREFIX) ? path.slice(OFFICIAL_PREFIX.length) : path
  const familiar = (short.includes('/') ? path : short) + suffix(reference)
  const full = formatImageReference(reference)
  const read = parseImageReference(familiar)
  return read.type === 'ok' && formatImageReference(read.value) === full ? familiar : full
}

/** One line for people: which part of the reference is wrong. */
export function describeImageReferenceProblem(problem: ImageReferenceProblem): string {
  switch (problem.type) {
    case 'identifier':
      return '64 hexadecimal digits are an image id, not a name'
    case 'domain':
      return `${quote(problem.domain)} is not a registry's host`
    case 'name':
      return describeRepositoryNameProblem(problem.problem)
    case 'tag':
      return `${quote(problem.tag)} is not a tag: tags are up to 128 letters, digits, \`_\`, \`.\` and \`-\`, not beginning with the last two`
    case 'digest':
      return `${quote(problem.digest)} is not a digest: use \`sha256:\` or \`sha512:\` and its lower-case hexadecimal digits`
  }
}
