import type { ErrorCode } from '@wharden/oci'
import type { AppErrorCode } from '../errors.ts'

type Rendering = { readonly status: number; readonly code: ErrorCode }

/** How each of our errors is said in the registry's protocol. 401 asks, 403 tells, 404 hides. */
export const RENDERINGS: { readonly [Code in AppErrorCode]: Rendering } = {
  'credential-invalid': { status: 401, code: 'UNAUTHORIZED' },
  'scope-needed': { status: 401, code: 'UNAUTHORIZED' },
  denied: { status: 403, code: 'DENIED' },
  'not-found': { status: 404, code: 'NAME_UNKNOWN' },
  conflict: { status: 409, code: 'BLOB_UPLOAD_INVALID' },
  invalid: { status: 400, code: 'UNSUPPORTED' },
  'limit-reached': { status: 403, code: 'DENIED' },
  gone: { status: 404, code: 'NAME_UNKNOWN' },
  'too-large': { status: 413, code: 'SIZE_INVALID' },
  'too-many-requests': { status: 429, code: 'TOOMANYREQUESTS' },
  busy: { status: 503, code: 'UNAVAILABLE' },
  'storage-full': { status: 507, code: 'UNAVAILABLE' },
  unavailable: { status: 503, code: 'UNAVAILABLE' },
  misdirected: { status: 421, code: 'UNSUPPORTED' },
  unsupported: { status: 405, code: 'UNSUPPORTED' },
  'name-invalid': { status: 400, code: 'NAME_INVALID' },
  'repository-unknown': { status: 404, code: 'NAME_UNKNOWN' },
  'manifest-unknown': { status: 404, code: 'MANIFEST_UNKNOWN' },
  'manifest-invalid': { status: 400, code: 'MANIFEST_INVALID' },
  'manifest-blob-unknown': { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
  'blob-unknown': { status: 404, code: 'BLOB_UNKNOWN' },
  'upload-unknown': { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  'upload-invalid': { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  'digest-invalid': { status: 400, code: 'DIGEST_INVALID' },
  'size-invalid': { status: 400, code: 'SIZE_INVALID' },
  'range-invalid': { status: 416, code: 'RANGE_INVALID' },
  'page-invalid': { status: 400, code: 'PAGINATION_NUMBER_INVALID' },
}
