import {
  describeRepositoryNameProblem,
  error,
  ok,
  parseDigest,
  parseRepositoryName,
  parseTag,
  type Digest,
  type RepositoryName,
  type Result,
  type Tag,
} from '@wharden/oci'
import { AppError } from '../../errors.ts'

/** What a path below `/acr/v1/` names, parsed once: routing and deciding use this very object. */
export type AzurePath =
  | { readonly type: 'catalog' }
  | { readonly type: 'repository'; readonly name: RepositoryName }
  | { readonly type: 'tags'; readonly name: RepositoryName }
  | { readonly type: 'tag'; readonly name: RepositoryName; readonly tag: Tag }
  | { readonly type: 'manifests'; readonly name: RepositoryName }
  | { readonly type: 'manifest'; readonly name: RepositoryName; readonly digest: Digest }

/**
 * Parses a raw request target. az writes a repository's slashes as they are, the SDKs as `%2F`, in one segment; both mean
 * the same here, and any other escape is part of no name. No part of a name begins with `_`, so lists can't be taken
 * for repositories.
 * @returns the path, or `undefined` where no endpoint is there, or an `AppError` that says what is wrong with a part
 */
export function parseAzurePath(target: string): Result<AzurePath | undefined, AppError> {
  const [path = ''] = target.split('?', 1)
  const rest = path
    .replace(/^\/acr\/v1\//, '')
    .replaceAll(/%2f/gi, '/')
    .replaceAll(/%3a/gi, ':')
  if (rest === '_catalog') return ok({ type: 'catalog' })
  const [, repository = rest, list, item] = /^(.*)\/_(tags|manifests)(?:\/([^/]+))?$/.exec(rest) ?? []
  if (repository.startsWith('_')) return ok(undefined)
  const name = parseRepositoryName(repository)
  if (name.type === 'error')
    return error(new AppError('name-invalid', describeRepositoryNameProblem(name.error)))
  if (list === undefined) return ok({ type: 'repository', name: name.value })
  if (list === 'tags') return tagPath(name.value, item)
  return manifestPath(name.value, item)
}

function tagPath(name: RepositoryName, text: string | undefined): Result<AzurePath, AppError> {
  if (text === undefined) return ok({ type: 'tags', name })
  const tag = parseTag(text)
  if (tag === undefined) return error(new AppError('manifest-unknown', 'no tag can have that name'))
  return ok({ type: 'tag', name, tag })
}

function manifestPath(name: RepositoryName, text: string | undefined): Result<AzurePath, AppError> {
  if (text === undefined) return ok({ type: 'manifests', name })
  const digest = parseDigest(text)
  if (digest === undefined)
    return error(new AppError('digest-invalid', 'the digest is neither a sha256 nor a sha512 one'))
  return ok({ type: 'manifest', name, digest })
}
