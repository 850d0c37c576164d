import { randomBytes } from 'node:crypto'

/** Names requests, in logs and to clients: no two alike, of any process. They guard nothing, so they needn't be hard to guess. */
export function createRequestIds(): () => string {
  const process = randomBytes(6).toString('base64url')
  let count = 0
  return () => `${process}${(count += 1).toString(36).padStart(4, '0')}`
}
