import { createHmac, hash } from 'node:crypto'
import type { Denial, Policy, Question } from '@wharden/policy'

/** Crockford's base 32: no letter that can be mistaken for a digit when it is read out. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 12
const HOUR = 3_600_000

export type DecisionIds = {
  /**
   * The same for everything that is refused again within the hour, for the same sort of reason and under the same policies:
   * HEAD, GET and retries share it, so a repeat is a counter. An HMAC, so that ids can't be made up to probe what was decided for others.
   */
  readonly of: (
    question: Question,
    because: Denial['type'],
    policies: readonly Policy[],
    now: number,
  ) => string
}

/** @param key secret, shared by all replicas */
export function createDecisionIds(key: Uint8Array): DecisionIds {
  // A compiled policy is kept until it changes, and may be long: it is hashed once, not at every refusal.
  const hashes = new WeakMap<Policy, string>()

  function hashOf(policy: Policy): string {
    const known = hashes.get(policy)
    if (known !== undefined) return known
    const made = hash('sha256', JSON.stringify(policy), 'base64')
    hashes.set(policy, made)
    return made
  }

  return {
    of({ principal, action, resource }, because, policies, now) {
      const who = principal.type === 'anonymous' ? 'anonymous' : principal.credential
      const { reference: _, ...what } =
        'reference' in resource ? resource : { ...resource, reference: undefined }
      const asked = JSON.stringify([who, action, what, because, policies.map(hashOf), Math.floor(now / HOUR)])
      const digest = createHmac('sha256', key).update(asked).digest()
      return Array.from(digest.subarray(0, LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('')
    },
  }
}
