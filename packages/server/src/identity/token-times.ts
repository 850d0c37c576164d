import type { TokenProblem } from './token-problem.ts'

/** Milliseconds by which another replica's clock may be ahead of ours. Being behind is no reason to live longer. */
const AHEAD = 5000

/** Whether a token may be used at `now` (milliseconds since 1970); its own times are in seconds (RFC 7519 §4.1.4). */
export function checkTimes(
  times: { readonly exp: number; readonly nbf?: number; readonly iat: number },
  now: number,
): TokenProblem | undefined {
  if (now >= times.exp * 1000) return { type: 'expired' }
  const from = Math.max(times.nbf ?? times.iat, times.iat)
  return now + AHEAD < from * 1000 ? { type: 'not-yet-valid' } : undefined
}
