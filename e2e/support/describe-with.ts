import { describe, it } from 'vitest'
import { whatIsMissing, type Command } from './requirements.ts'

/**
 * `describe` for tests that need programs of the machine and a world of their own.
 * Where something is missing they are skipped, and the title says why; where CI=true a skip is a failure, save for
 * want of another toolchain.
 */
export function describeWith(needs: readonly Command[], title: string, body: () => void): void {
  const missing = whatIsMissing(needs)
  if (missing === undefined) {
    describe(title, body)
    return
  }
  describe.skip(`${title} — ${missing.reason}`, body)
  if (process.env['CI'] === 'true' && !missing.optional) {
    it(`can run: ${title}`, () => {
      throw new Error(`skipped in CI: ${missing.reason}`)
    })
  }
}
