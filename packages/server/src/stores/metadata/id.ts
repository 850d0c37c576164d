import { randomBytes } from 'node:crypto'

/** Ids of one process rise, so that their order is that of creation: a counter within the millisecond (RFC 9562 §6.2, method 1). */
let latest = { time: 0, count: 0 }

/** Twelve bits. */
const COUNTS = 4_096
/** A clock that was set back by more, in milliseconds, is believed. */
const SET_BACK = 1_000

/**
 * A new id: UUID version 7 (RFC 9562 §5.7), so that rows made together lie together, and nobody can guess one.
 * The brand is the caller's: an id belongs to the row it is made for.
 */
export function newId<Id extends string>(now: number): Id {
  latest = next(now)
  const time = latest.time.toString(16).padStart(12, '0')
  const count = latest.count.toString(16).padStart(3, '0')
  const random = randomBytes(8)
  random.writeUInt8((random.readUInt8(0) & 0x3f) | 0x80, 0)
  const tail = random.toString('hex')
  const text = `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`
  return text as Id
}

function next(now: number): typeof latest {
  if (now > latest.time || now < latest.time - SET_BACK) return { time: now, count: 0 }
  if (latest.count + 1 < COUNTS) return { time: latest.time, count: latest.count + 1 }
  return { time: latest.time + 1, count: 0 }
}
