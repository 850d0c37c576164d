import type { Result } from '@wharden/oci'
import type { TokenProblem } from '../identity/token-problem.ts'
import type { House } from './house.ts'

/**
 * Verifies a token of ours; one signed by a key that isn't known here is verified once more after a look at the keys: another
 * replica may have made it a moment ago. Forgers get no more than a look a second out of that.
 */
export async function verifyToken<Claims>(
  { identity }: Pick<House, 'identity'>,
  verify: () => Result<Claims, TokenProblem>,
): Promise<Result<Claims, TokenProblem>> {
  const verified = verify()
  if (verified.type === 'ok' || verified.error.type !== 'unknown-key') return verified
  return (await identity.refetchKeys()) ? verify() : verified
}
