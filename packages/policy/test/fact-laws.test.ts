import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, type CredentialId, type Facts } from '../src/index.ts'
import { credential, NOW } from './company.ts'
import { action, facts, grants, parts, permitted, policies, question, resource, RUNS } from './universe.ts'

test('the world of the laws is not one-sided: some questions are allowed, and denials are of every type', () => {
  const seen = new Map<string, number>()
  const count = (key: string): unknown => seen.set(key, (seen.get(key) ?? 0) + 1)
  fc.assert(
    fc.property(policies, question, facts, (all, asked, known) => {
      const decision = decide(all, asked, known, NOW)
      count(decision.type)
      if (decision.type === 'deny') for (const { type } of [decision.because, ...decision.also]) count(type)
      if (decision.type === 'allow') for (const { type } of decision.by) count(type)
      if (decision.reported.length > 0) count('reported')
    }),
    { numRuns: 4_000, seed: 1 },
  )
  const kinds =
    'allow deny credential address grant ungoverned sign-in registry-access image-access lock quota missing-fact reported registry-rule image-rule own-image image-category owner-exempt'
  for (const kind of kinds.split(' ')) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(2)
})

describe('facts', () => {
  test('a missing fact never allows, and without any nothing is allowed', () => {
    const names = ['credential', 'address', 'repository', 'image', 'quota'] as const
    fc.assert(
      fc.property(policies, question, facts, fc.subarray([...names]), (all, asked, known, missing) => {
        const less: Facts = { ...known, ...Object.fromEntries(missing.map((name) => [name, undefined])) }
        const decided = decide(all, asked, less, NOW)
        expect(!permitted(decided) || permitted(decide(all, asked, known, NOW))).toBe(true)
        expect(decide(all, asked, { governing: known.governing }, NOW).type).toBe('deny')
      }),
      RUNS,
    )
  })

  test('a missing policy never allows', () => {
    fc.assert(
      fc.property(policies, question, facts, (all, asked, known) => {
        const decided = decide(all.slice(1), asked, known, NOW)
        expect(!permitted(decided) || permitted(decide(all, asked, known, NOW))).toBe(true)
      }),
      RUNS,
    )
  })

  test('renaming a principal changes nothing: neither its id nor what it is called is looked at', () => {
    fc.assert(
      fc.property(
        policies,
        grants,
        parts,
        action,
        resource,
        facts,
        fc.string(),
        (all, held, of, asks, what, known, id) => {
          const ask = (who: string) =>
            decide(
              all,
              {
                principal: { ...credential(held, of), credential: who as CredentialId },
                action: asks,
                resource: what,
              },
              known,
              NOW,
            )
          expect(ask(id)).toEqual(ask('c-1'))
        },
      ),
      RUNS,
    )
  })
})
