/** The bytes a chunk of an upload says it is: from `start` up to, not including, `end`. */
export type UploadRange = { readonly start: number; readonly end: number }

// Not RFC 9110's form: no unit, no size.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
const UPLOAD_RANGE = /^(\d{1,15})-(\d{1,15})$/

/** Reads the `Content-Range` of an upload's chunk: `0-1023`, both ends included. */
export function parseContentRange(header: string): UploadRange | undefined {
  const match = UPLOAD_RANGE.exec(header)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const range = { start: Number(match[1]), end: Number(match[2]) + 1 }
  return range.start < range.end ? range : undefined
}

/** The `Range` of an upload that holds `received` bytes. An empty one says `0-0` too: the form has no word for none. */
export function formatUploadRange(received: number): string {
  return `0-${Math.max(0, received - 1)}`
}
