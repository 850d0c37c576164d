import { randomBytes } from 'node:crypto'

/**
 * A new id: UUID version 7 (RFC 9562 §5.7), so that rows made together lie together, and nobody can guess one.
 * The brand is the caller's: an id belongs to the row it is made for.
 */
export function newId<Id extends string>(now: number): Id {
  const time = now.toString(16).padStart(12, '0')
  const random = randomBytes(10)
  random.writeUInt8((random.readUInt8(0) & 0x0f) | 0x70, 0)
  random.writeUInt8((random.readUInt8(2) & 0x3f) | 0x80, 2)
  const hex = time + random.toString('hex')
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return text as Id
}
