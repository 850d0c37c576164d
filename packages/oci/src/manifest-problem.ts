import { MANIFEST_TYPES } from './media-type.ts'
import { quote } from './quote.ts'

/** Why a document isn't a manifest we store. */
export type ManifestProblem =
  | { readonly type: 'too-large'; readonly limit: number }
  | { readonly type: 'not-json' }
  | { readonly type: 'schema-1' }
  | { readonly type: 'unsupported-type'; readonly mediaType: string }
  | { readonly type: 'type-mismatch'; readonly contentType: string; readonly mediaType: string }
  | { readonly type: 'ambiguous'; readonly key: string; readonly reason: 'other-kind' | 'look-alike' }
  | { readonly type: 'too-many'; readonly key: string; readonly count: number; readonly limit: number }
  | { readonly type: 'sizes-differ'; readonly digest: string }
  /** `path` leads to the broken part: `layers.0.digest`. */
  | { readonly type: 'invalid'; readonly path: string; readonly reason: string }

/** One line for people: what is wrong with the document, and where it helps, what to do. */
export function describeManifestProblem(problem: ManifestProblem): string {
  switch (problem.type) {
    case 'too-large':
      return `the manifest is larger than ${problem.limit} bytes`
    case 'not-json':
      return 'the manifest is not a JSON object in UTF-8'
    case 'schema-1':
      return 'docker schema 1 manifests are no longer supported; push the image again with a current client'
    case 'unsupported-type':
      return problem.mediaType === ''
        ? "neither the request's `content-type` nor the manifest's `mediaType` says what it is"
        : `the manifest type ${quote(problem.mediaType)} is not one of ${Object.keys(MANIFEST_TYPES).join(', ')}`
    case 'type-mismatch':
      return `the manifest's \`mediaType\` is ${quote(problem.mediaType)}, the request's \`content-type\` is ${quote(problem.contentType)}`
    case 'ambiguous':
      return problem.reason === 'other-kind'
        ? `the manifest is ambiguous: ${quote(problem.key)} belongs to the other kind of manifest`
        : `the manifest is ambiguous: ${quote(problem.key)} differs only in case from a name of the specification`
    case 'too-many':
      return `the manifest lists ${problem.count} ${quote(problem.key)}; at most ${problem.limit} are allowed`
    case 'sizes-differ':
      return `the manifest gives ${quote(problem.digest)} two different sizes`
    case 'invalid':
      return `the manifest is invalid at ${quote(problem.path)}: ${problem.reason}`
  }
}
