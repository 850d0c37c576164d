import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, explain, explainAll } from '../src/index.ts'
import { NAMES, NOW } from './company.ts'
import { facts, policies, question, RUNS } from './universe.ts'

describe('explain', () => {
  test('every denial is one line of printable ASCII that ends with the decision id', () => {
    const label = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(policies, question, facts, label, (all, asked, known, called) => {
        const decision = decide(all, asked, known, NOW)
        const names = { ...NAMES, credential: called }
        if (decision.type === 'allow') return
        for (const denial of [decision.because, ...decision.also]) {
          const line = explain(denial, asked, names)
          expect(line).toMatch(/^[\x20-\x7e]+ \(decision 7f3k2m9q\)$/)
          expect(line.length).toBeLessThan(900)
        }
      }),
      RUNS,
    )
  })

  test('whom a grant was wanting learns nothing of policies', () => {
    fc.assert(
      fc.property(policies, question, facts, (all, asked, known) => {
        const decision = decide(all, asked, known, NOW)
        fc.pre(decision.type === 'deny' && decision.because.type === 'grant')
        const told = explainAll(decision, asked, NAMES, 'principal')
        const types = [...told.reasons, ...told.reported].map(({ type }) => type)
        expect(types.filter((type) => /access|sign-in|lock|quota/.test(type))).toEqual([])
      }),
      RUNS,
    )
  })
})
