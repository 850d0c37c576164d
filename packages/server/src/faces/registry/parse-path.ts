import {
  describeRepositoryNameProblem,
  error,
  ok,
  parseDigest,
  parseManifestReference,
  parseRepositoryName,
  type Digest,
  type ManifestReference,
  type RepositoryName,
  type Result,
} from '@wharden/oci'
import { AppError } from '../../errors.ts'

/** What a path below `/v2/` names (OCI distribution 1.1, "Endpoints"), parsed once: routing and deciding use this very object. */
export type RegistryPath =
  | { readonly type: 'base' }
  | { readonly type: 'catalog' }
  | { readonly type: 'tags'; readonly name: RepositoryName }
  | { readonly type: 'referrers'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly type: 'manifest'; readonly name: RepositoryName; readonly reference: ManifestReference }
  | { readonly type: 'blob'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly type: 'uploads'; readonly name: RepositoryName }
  | { readonly type: 'upload'; readonly name: RepositoryName; readonly upload: string }

/**
 * Parses a raw request target. Nothing in these paths needs percent-encoding; a digest's colon has it from some clients, and
 * from Azure's SDKs the slashes of a name, which is decoded once it has been told from the rest. Any other escape is
 * refused, before it could mean one thing to the router and another to the decision.
 * @returns the path, or `undefined` where no endpoint is there, or an `AppError` that says what is wrong with a part
 */
export function parseRegistryPath(target: string): Result<RegistryPath | undefined, AppError> {
  const query = target.indexOf('?')
  const path = (query === -1 ? target : target.slice(0, query)).replaceAll(/%3a/gi, ':')
  if (path === '/v2' || path === '/v2/') return ok({ type: 'base' })
  if (path === '/v2/_catalog') return ok({ type: 'catalog' })
  const segments = path.split('/').slice(2)
  const last = segments.at(-1) ?? ''
  const before = segments.at(-2)
  if (last === 'list' && before === 'tags') return named(segments, 2, (name) => ok({ type: 'tags', name }))
  if (before === 'manifests') return named(segments, 2, (name) => manifest(name, last))
  if (before === 'referrers') return named(segments, 2, (name) => digested('referrers', name, last))
  if (before === 'uploads' && segments.at(-3) === 'blobs')
    return named(segments, 3, (name) => upload(name, last))
  if (last === 'uploads' && before === 'blobs')
    return named(segments, 2, (name) => ok({ type: 'uploads', name }))
  if (before === 'blobs') return named(segments, 2, (name) => digested('blob', name, last))
  return ok(undefined)
}

function named(
  segments: readonly string[],
  tail: number,
  then: (name: RepositoryName) => Result<RegistryPath, AppError>,
): Result<RegistryPath, AppError> {
  const text = segments.slice(0, -tail).join('/').replaceAll(/%2f/gi, '/')
  const name = parseRepositoryName(text)
  if (name.type === 'ok') return then(name.value)
  return error(new AppError('name-invalid', describeRepositoryNameProblem(name.error)))
}

function manifest(name: RepositoryName, text: string): Result<RegistryPath, AppError> {
  const reference = parseManifestReference(text)
  if (reference !== undefined) return ok({ type: 'manifest', name, reference })
  if (text.includes(':'))
    return error(new AppError('digest-invalid', 'the digest is neither a sha256 nor a sha512 one'))
  return error(new AppError('manifest-unknown', 'no tag can have that name'))
}

function digested(
  type: 'blob' | 'referrers',
  name: RepositoryName,
  text: string,
): Result<RegistryPath, AppError> {
  const digest = parseDigest(text)
  if (digest !== undefined) return ok({ type, name, digest })
  return error(new AppError('digest-invalid', 'the digest is neither a sha256 nor a sha512 one'))
}

/** `POST …/uploads/` has an empty last segment. */
function upload(name: RepositoryName, id: string): Result<RegistryPath, AppError> {
  if (id === '') return ok({ type: 'uploads', name })
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return ok({ type: 'upload', name, upload: id })
  return error(new AppError('upload-unknown', 'no upload has that id'))
}
