import type { Brand } from './brand.ts'
import { quote } from './quote.ts'
import { error, ok, type Result } from './result.ts'

/** A repository's name without its host, such as `library/nginx`: the path of an image reference. */
export type RepositoryName = Brand<string, 'RepositoryName'>

export type RepositoryNameProblem =
  | { readonly type: 'empty' }
  | { readonly type: 'too-long'; readonly length: number }
  | { readonly type: 'uppercase' }
  | { readonly type: 'component'; readonly component: string }

/** Characters in a name, as in distribution's `RepositoryNameTotalLengthMax`. */
export const REPOSITORY_NAME_MAX_LENGTH = 255

// Components of lower-case letters and digits, joined by `.`, `_`, `__` or any number of `-`; slashes between.
// No character can be read in two ways, so matching is linear. The grammar is distribution's `remoteName`:
// https://github.com/distribution/reference/blob/v0.6.0/regexp.go, and the specification's `<name>`:
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`)
const ONE_COMPONENT = new RegExp(`^${COMPONENT}$`)

/** Reads a repository name (≤ 255 characters). */
export function parseRepositoryName(text: string): Result<RepositoryName, RepositoryNameProblem> {
  if (text.length <= REPOSITORY_NAME_MAX_LENGTH && NAME.test(text)) return ok(text as RepositoryName)
  return error(findProblem(text))
}

function findProblem(text: string): RepositoryNameProblem {
  if (text === '') return { type: 'empty' }
  if (text.length > REPOSITORY_NAME_MAX_LENGTH) return { type: 'too-long', length: text.length }
  // Only where that is all that is wrong with it: the digits of `%C3%A4` are no upper-case letters of a name.
  if (NAME.test(text.toLowerCase())) return { type: 'uppercase' }
  return { type: 'component', component: text.split('/').find((part) => !ONE_COMPONENT.test(part)) ?? text }
}

/** One line for people: what is wrong with the name, and what a name may be. */
export function describeRepositoryNameProblem(problem: RepositoryNameProblem): string {
  switch (problem.type) {
    case 'empty':
      return 'the repository name is empty'
    case 'too-long':
      return `the repository name has ${problem.length} characters; at most ${REPOSITORY_NAME_MAX_LENGTH} are allowed`
    case 'uppercase':
      return 'repository names must be lower-case'
    case 'component':
      if (problem.component === '')
        return 'the repository name has an empty part: no slash may stand at its ends, or beside another'
      return (
        `${quote(problem.component)} can't be a part of a repository name: parts are lower-case letters and digits, ` +
        'joined by `.`, `_`, `__` or dashes'
      )
  }
}

/** `a/b/c` → `['a', 'b', 'c']`. */
export function pathComponents(name: RepositoryName): readonly string[] {
  return name.split('/')
}
