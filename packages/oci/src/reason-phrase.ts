import type { Brand } from './brand.ts'
import { singleLine } from './single-line.ts'

/** Text fit for `response.statusMessage`: UTF-8 bytes, each as one latin1 character, none of them a control. */
export type ReasonPhrase = Brand<string, 'ReasonPhrase'>

/** Bytes of a reason phrase; the proxies on the way bound a whole status line, often to 8 KiB. */
export const REASON_PHRASE_MAX_BYTES = 1024

const ASCII = /^[\x20-\x7e]*$/
const encoder = new TextEncoder()

/**
 * Turns any message into an HTTP/1.1 reason phrase: the one place where containerd, BuildKit and Kubernetes look for
 * the words of a refusal. A longer message is cut at a character's edge.
 * https://www.rfc-editor.org/rfc/rfc9112#section-4 (HTAB, SP, VCHAR and obs-text: no 0x7F, on which node throws)
 */
export function reasonPhrase(message: string): ReasonPhrase {
  const line = singleLine(message)
  if (line.length <= REASON_PHRASE_MAX_BYTES && ASCII.test(line)) return line as ReasonPhrase
  const room = new Uint8Array(REASON_PHRASE_MAX_BYTES)
  const { written } = encoder.encodeInto(line, room)
  return String.fromCharCode(...room.subarray(0, written)) as ReasonPhrase
}
