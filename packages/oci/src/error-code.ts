type ErrorCodeEntry = {
  /** The status it is usually answered with; a face may know better. */
  readonly status: number
  /** The specification's own words, for when there is nothing better to say. */
  readonly message: string
}

/** The codes clients understand. Any other makes podman and buildah retry three times. */
export const ERROR_CODES = {
  // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
  BLOB_UNKNOWN: { status: 404, message: 'blob unknown to registry' },
  BLOB_UPLOAD_INVALID: { status: 400, message: 'blob upload invalid' },
  BLOB_UPLOAD_UNKNOWN: { status: 404, message: 'blob upload unknown to registry' },
  DIGEST_INVALID: { status: 400, message: 'provided digest did not match uploaded content' },
  MANIFEST_BLOB_UNKNOWN: {
    status: 404,
    message: 'manifest references a manifest or blob unknown to registry',
  },
  MANIFEST_INVALID: { status: 400, message: 'manifest invalid' },
  MANIFEST_UNKNOWN: { status: 404, message: 'manifest unknown to registry' },
  NAME_INVALID: { status: 400, message: 'invalid repository name' },
  NAME_UNKNOWN: { status: 404, message: 'repository name not known to registry' },
  SIZE_INVALID: { status: 400, message: 'provided length did not match content length' },
  UNAUTHORIZED: { status: 401, message: 'authentication required' },
  DENIED: { status: 403, message: 'requested access to the resource is denied' },
  UNSUPPORTED: { status: 405, message: 'the operation is unsupported' },
  TOOMANYREQUESTS: { status: 429, message: 'too many requests' },
  // CNCF Distribution's: https://github.com/distribution/distribution/blob/v3.0.0/registry/api/errcode/register.go
  TAG_INVALID: { status: 400, message: 'manifest tag did not match URI' },
  RANGE_INVALID: { status: 416, message: 'invalid content range' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'invalid number of results requested' },
  UNAVAILABLE: { status: 503, message: 'service unavailable' },
  UNKNOWN: { status: 500, message: 'unknown error' },
  // ACR's, for locked repositories, tags and manifests.
  REGISTRY_DISALLOWED_OPERATION: {
    status: 405,
    message: 'the operation is disallowed on this registry, repository or image',
  },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>

export type ErrorCode = keyof typeof ERROR_CODES
