/** The short form of `npm run faults`. */
import { expect, it } from 'vitest'
import { FAULTS } from '../faults/faults.ts'
import { runFault } from '../faults/run-fault.ts'
import { describeWith } from '../support/describe-with.ts'

const TIMES = 2

describeWith(['faketime'], 'what was acknowledged outlasts what breaks', () => {
  it.each(Object.values(FAULTS).filter(({ long }) => long !== true))(
    '$title, again and again',
    async (fault) => {
      const lines: string[] = []
      const options = { times: TIMES, workers: 4, seed: 1, progress: (line: string) => void lines.push(line) }
      const { problems, acknowledged } = await runFault(fault, options)
      expect(problems, lines.join('\n')).toEqual([])
      expect(acknowledged).toBeGreaterThan(TIMES)
    },
  )
})
