import { createHash } from 'node:crypto'
import { faultOfSignature } from './fault-of-signature.ts'

/** What an exported audit log proves by itself. */
export type ExportVerdict =
  | {
      readonly type: 'intact'
      readonly events: number
      /** Sequence numbers, null where it holds no event. */
      readonly first: number | null
      readonly last: number | null
      readonly head: string | null
      /** `unchecked`: signed, but no keys were given to check it with. */
      readonly signature: 'valid' | 'unchecked' | 'none'
    }
  | { readonly type: 'broken'; readonly line: number; readonly reason: string }

/** An event: its hash is over the bytes as they stand here, whoever wrote them. */
const EVENT = /^\{"previousHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","event":(\{.*\})\}$/
const CHAIN_START = '0'.repeat(64)

type Fields = Readonly<Record<string, unknown>>
type Seen = {
  chain?: unknown
  first: number | null
  last: number | null
  head: string | null
  end?: Fields | undefined
}

/**
 * Checks every hash of an export, that each event follows the one before, and the head that ends it. It asks no server.
 * @param keys a JSON Web Key Set as `/api/v1/keys` gives it
 */
export async function verifyExport(lines: AsyncIterable<string>, keys?: unknown): Promise<ExportVerdict> {
  const seen: Seen = { first: null, last: null, head: null }
  let line = 0
  for await (const text of lines) {
    line += 1
    const reason = faultOf(text, seen, keys)
    if (reason !== undefined) return { type: 'broken', line, reason }
  }
  const { first, last, head, end } = seen
  if (end === undefined)
    return { type: 'broken', line: line + 1, reason: 'it was cut off: the line with the head is missing' }
  const signature = end['signedHead'] === null ? 'none' : keys === undefined ? 'unchecked' : 'valid'
  return { type: 'intact', events: line - 1, first, last, head, signature }
}

function faultOf(text: string, seen: Seen, keys: unknown): string | undefined {
  if (seen.end !== undefined) return 'something follows the head'
  const [, previous = '', hash = '', event] = EVENT.exec(text) ?? []
  if (event !== undefined) return faultOfEvent(previous, hash, event, seen)
  seen.end = parse(text)
  return faultOfEnd(seen, keys)
}

function faultOfEvent(previous: string, hash: string, text: string, seen: Seen): string | undefined {
  const { sequence, tenant } = parse(text) ?? {}
  const { last, head, chain } = seen
  if (typeof sequence !== 'number') return 'the event has no sequence number'
  if (createHash('sha256').update(previous).update(text).digest('hex') !== hash)
    return `event ${sequence} was altered: its hash is another`
  if (last !== null && sequence !== last + 1) return `event ${last + 1} is missing`
  if (sequence === 1 ? previous !== CHAIN_START : head !== null && previous !== head)
    return `event ${sequence} does not follow the event before it`
  if (last !== null && tenant !== chain) return `event ${sequence} is of another log`
  Object.assign(seen, { chain: tenant, first: seen.first ?? sequence, last: sequence, head: hash })
  return undefined
}

function faultOfEnd({ chain, last, head, end }: Seen, keys: unknown): string | undefined {
  if (end === undefined || !('signedHead' in end)) return 'it is neither an event nor the head'
  if (end['head'] !== head || end['events'] !== (last ?? 0)) return 'the head is of other events than these'
  const { signedHead } = end
  if (signedHead === null || keys === undefined) return undefined
  return faultOfSignature(signedHead, { chain, events: last, head }, keys)
}

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
