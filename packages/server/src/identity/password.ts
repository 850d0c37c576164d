/**
 * People's passwords: argon2id, one at a time. Each takes 19 MiB and a thread of the pool that also reads blobs;
 * more at once would slow pulls down, and a line without end would be a way to stop us, so it is bounded.
 */
import { hash, parseOptions, verify, type Options } from '@node-rs/argon2'
import { error, ok, type Result } from '@wharden/oci'

/** OWASP's first recommendation for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options

/** NIST SP 800-63B §3.1.1.2: at least 8 characters, no rules of composition, at least 64 allowed. */
export const PASSWORD_MIN_CHARACTERS = 8
/** Ends the work a request can cause; argon2 itself cuts nothing off (bcrypt does, after 72 bytes). */
export const PASSWORD_MAX_BYTES = 1024

/** A hash of nobody's password at today's cost: checking against it takes as long as against a real one. */
export const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$PsoYpepqDddUsKMYnMrcAQ$UT3b79j8hx8ezt8xrA32F9WnGIhJBzrv+qyahzTP570'

export type PasswordProblem =
  | { readonly type: 'too-short'; readonly message: string }
  | { readonly type: 'too-long'; readonly message: string }
  /** As many are waiting as may wait. */
  | { readonly type: 'busy'; readonly message: string }

export type Passwords = {
  /** The hash to keep (PHC text), if the password may be used. */
  hash(password: string): Promise<Result<string, PasswordProblem>>
  /**
   * Whether the password is the one that was hashed. `stored` is `undefined` for an account that isn't there or has no
   * password: that takes as long, and is `false`.
   */
  verify(stored: string | undefined, password: string): Promise<Result<boolean, PasswordProblem>>
}

/** `waiting`: how many may be at it or wait; each takes about 20 ms. Made once: there is one thread pool. */
export function passwords(waiting = 50): Passwords {
  const inTurn = oneAtATime(waiting)
  return {
    async hash(password) {
      const problem = tooLong(password) ?? tooShort(password)
      return problem === undefined ? inTurn(() => hash(normalized(password), COST)) : error(problem)
    },
    async verify(stored, password) {
      const problem = tooLong(password)
      if (problem !== undefined) return error(problem)
      const matched = await inTurn(() => verify(stored ?? NOBODY, normalized(password)))
      return matched.type === 'ok' && stored === undefined ? ok(false) : matched
    },
  }
}

/** Whether a hash of ours was made at another cost than today's: its owner's next sign-in is the time to make it anew. */
export function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored)
  return memoryCost !== COST.memoryCost || timeCost !== COST.timeCost || parallelism !== COST.parallelism
}

/** The same characters typed on another keyboard are the same password (NIST SP 800-63B §3.1.1.2). */
function normalized(password: string): string {
  return password.normalize('NFKC')
}

function tooShort(password: string): PasswordProblem | undefined {
  if ([...normalized(password)].length >= PASSWORD_MIN_CHARACTERS) return undefined
  return {
    type: 'too-short',
    message: `a password has at least ${PASSWORD_MIN_CHARACTERS} characters: choose a longer one`,
  }
}

function tooLong(password: string): PasswordProblem | undefined {
  if (Buffer.byteLength(password) <= PASSWORD_MAX_BYTES) return undefined
  return {
    type: 'too-long',
    message: `a password has at most ${PASSWORD_MAX_BYTES} bytes: choose a shorter one`,
  }
}

const BUSY: PasswordProblem = {
  type: 'busy',
  message: 'too many people are signing in at this moment: try again in a few seconds',
}

function oneAtATime(
  limit: number,
): <Value>(work: () => Promise<Value>) => Promise<Result<Value, PasswordProblem>> {
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  return async (work) => {
    if (count >= limit) return error(BUSY)
    count++
    const mine = last.then(work)
    last = mine.catch(() => {})
    try {
      return ok(await mine)
    } finally {
      count--
    }
  }
}
