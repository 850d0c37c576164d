/** The short form of `npm run load`: twenty seconds of everything at once on two replicas. An hour says more. */
import { expect, it } from 'vitest'
import { runLoad } from '../load/run-load.ts'
import { describeWith } from '../support/describe-with.ts'

describeWith([], 'a moment of mixed load on two replicas', () => {
  it('is answered without an error, in both logs to the last row, and leaves every image whole', async () => {
    const lines: string[] = []
    const options = { replicas: 2, workers: 8, seconds: 20, seed: 1, thinkMilliseconds: 0 }
    const { problems, rows } = await runLoad({ ...options, progress: (line) => lines.push(line) })
    expect(problems, lines.join('\n')).toEqual([])
    // Every act had its turn, or the run has shown nothing.
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['blob GET', 'manifest DELETE', 'manifest PUT', 'revocation felt elsewhere']),
    )
  })
})
