/**
 * What the specifications say: OCI distribution and image 1.1, Docker's registry and token protocols, and the parts of
 * HTTP they lean on. Pure: text goes in, branded values and unions come out; nothing here reads a clock or a socket.
 */
export type { Brand } from './brand.ts'
export { error, ok, type Result } from './result.ts'
export { digestAlgorithm, digestHex, parseDigest, type Digest, type DigestAlgorithm } from './digest.ts'
export {
  describeRepositoryNameProblem,
  parseRepositoryName,
  pathComponents,
  REPOSITORY_NAME_MAX_LENGTH,
  type RepositoryName,
  type RepositoryNameProblem,
} from './repository-name.ts'
export { parseRegistryHost, type RegistryHost } from './registry-host.ts'
export { parseTag, type Tag } from './tag.ts'
export {
  formatManifestReference,
  parseManifestReference,
  type ManifestReference,
} from './manifest-reference.ts'
export {
  describeImageReferenceProblem,
  familiarName,
  formatImageReference,
  parseImageReference,
  type ImageReference,
  type ImageReferenceProblem,
} from './image-reference.ts'
export { isManifestMediaType, MANIFEST_TYPES, type ManifestMediaType } from './media-type.ts'
export type { Annotations, Descriptor, Platform } from './descriptor.ts'
export { MANIFEST_MAX_BYTES, MANIFEST_MAX_DESCRIPTORS, type Manifest } from './manifest.ts'
export { parseManifest } from './parse-manifest.ts'
export { describeManifestProblem, type ManifestProblem } from './manifest-problem.ts'
export { referrerType } from './referrer-type.ts'
export {
  formatScope,
  parseScopes,
  SCOPE_ACTIONS,
  SCOPE_LIMIT,
  splitScope,
  type RawScope,
  type Scope,
  type ScopeAction,
} from './scope.ts'
export { formatBearerChallenge, type BearerChallenge } from './bearer-challenge.ts'
export { parseChallenges, type Challenge } from './parse-challenges.ts'
export { parseAccessClaims, type AccessClaims, type Dialect } from './token-claims.ts'
export { ERROR_CODES, type ErrorCode } from './error-code.ts'
export { formatContentRange, formatUnsatisfiedRange, parseRange, type ByteRange } from './range.ts'
export { formatUploadRange, parseContentRange, type UploadRange } from './upload-range.ts'
export { formatLink, parseNextLink } from './link.ts'
export { parsePage, type Page, type PageProblem } from './pagination.ts'
export { singleLine } from './single-line.ts'
export { REASON_PHRASE_MAX_BYTES, reasonPhrase, type ReasonPhrase } from './reason-phrase.ts'
