import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, type PolicyDocuments, type Resource } from '../src/index.ts'
import { credential, NOW, policyOf } from './company.ts'
import {
  action,
  documents,
  facts,
  grants,
  imageRule,
  ORGANIZATIONS,
  parts,
  permitted,
  policies,
  principal,
  question,
  registryRule,
  resource,
  RUNS,
  upstream,
} from './universe.ts'

const shuffled = <Value>(values: readonly Value[]) =>
  fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length })

describe('rules', () => {
  const withDocuments = fc.tuple(...ORGANIZATIONS.map(() => documents))
  const read = (all: readonly PolicyDocuments[]) => ORGANIZATIONS.map((of, place) => policyOf(of, all[place]))

  test('adding a rule that denies never allows', () => {
    const more = fc.record({ registry: registryRule(fc.constant('deny')), image: imageRule })
    fc.assert(
      fc.property(withDocuments, more, question, facts, (all, { registry, image }, asked, known) => {
        const stricter = all.map((one) => ({
          ...one,
          'registry-access': {
            ...one['registry-access'],
            rules: [...one['registry-access'].rules, registry],
          },
          'image-access': { ...one['image-access'], deny: [...one['image-access'].deny, image] },
        }))
        const before = permitted(decide(read(all), asked, known, NOW))
        expect(before || !permitted(decide(read(stricter), asked, known, NOW))).toBe(true)
      }),
      RUNS,
    )
  })

  test('report-only refuses nothing that enforcing allows, and tells what enforcing refuses', () => {
    fc.assert(
      fc.property(withDocuments, question, facts, (all, asked, known) => {
        const set = (mode: string) =>
          all.map((one) => ({
            'sign-in': { ...one['sign-in'], mode },
            'registry-access': { ...one['registry-access'], mode },
            'image-access': { ...one['image-access'], mode },
          }))
        const enforced = decide(read(set('enforce')), asked, known, NOW)
        const reported = decide(read(set('report')), asked, known, NOW)
        const off = decide(read(set('off')), asked, known, NOW)
        expect(reported.type).toBe(off.type)
        if (permitted(enforced)) expect(reported.reported).toEqual([])
        if (permitted(reported) && enforced.type === 'deny') {
          expect(reported.reported).toEqual([enforced.because, ...enforced.also])
        }
      }),
      RUNS,
    )
  })

  test('order never matters: of grants, of policies, of rules, of organizations', () => {
    const orders = fc
      .record({ all: withDocuments, held: grants, known: facts })
      .chain(({ all, held, known }) =>
        fc.record({
          all: fc.constant(all),
          held: fc.constant(held),
          known: fc.constant(known),
          grantsAgain: shuffled(held),
          governingAgain: shuffled(known.governing),
          allAgain: fc.tuple(...all.map(reordered)),
        }),
      )
    fc.assert(
      fc.property(orders, parts, action, resource, (one, of, asks, what) => {
        const first = { principal: credential(one.held, of), action: asks, resource: what }
        const second = { ...first, principal: credential(one.grantsAgain, of) }
        const again = { ...one.known, governing: one.governingAgain }
        const reversed = [...read(one.allAgain)].reverse()
        expect(decide(reversed, second, again, NOW)).toEqual(decide(read(one.all), first, one.known, NOW))
      }),
      RUNS,
    )
  })

  test('who else governs never allows: each must', () => {
    fc.assert(
      fc.property(policies, question, facts, (all, asked, known) => {
        fc.pre(known.governing.length > 0)
        const both = decide(all, asked, { ...known, governing: ORGANIZATIONS }, NOW)
        expect(!permitted(both) || permitted(decide(all, asked, known, NOW))).toBe(true)
      }),
      RUNS,
    )
  })

  test('gateway, proxy and resolver agree on a host: what may be pulled can be connected to, and then resolved', () => {
    fc.assert(
      fc.property(policies, principal, upstream, facts, (all, who, image, known) => {
        const host: Resource = { type: 'host', host: image.host }
        const may = (asks: 'content/read' | 'host/connect' | 'host/resolve', what: Resource) => {
          const decision = decide(all, { principal: who, action: asks, resource: what }, known, NOW)
          return (
            decision.type === 'allow' ||
            ![decision.because, ...decision.also].some(({ type }) => type === 'registry-access')
          )
        }
        expect(!may('content/read', image) || may('host/connect', host)).toBe(true)
        expect(!may('host/connect', host) || may('host/resolve', host)).toBe(true)
      }),
      RUNS,
    )
  })
})

type DocumentsOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

/** A document with its rules in another order. */
function reordered(document: DocumentsOf<typeof documents>) {
  const { 'registry-access': registry, 'image-access': image } = document
  return fc
    .record({
      rules: shuffled(registry.rules),
      allow: shuffled(image.allow),
      deny: shuffled(image.deny),
      categoryRules: shuffled(image.categoryRules),
    })
    .map(({ rules, ...lists }) => ({
      ...document,
      'registry-access': { ...registry, rules },
      'image-access': { ...image, ...lists },
    }))
}
