import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decide,
  UNLOCKED,
  visible,
  visibleEverywhere,
  type Facts,
  type OrganizationId,
  type Visible,
} from '../src/index.ts'
import { credential, NOW } from './company.ts'
import {
  everyRepository,
  facts,
  grants,
  ORGANIZATIONS,
  parts,
  permitted,
  policies,
  principal,
  RUNS,
  type Repository,
} from './universe.ts'

describe('visible', () => {
  const REPOSITORIES = everyRepository()
  const inOrder = (known: Facts, one: Repository): Facts => ({
    ...known,
    quota: { type: 'unlimited' },
    repository: { type: 'present', visibility: one.visibility, locks: UNLOCKED },
  })
  const reads = (
    all: Parameters<typeof decide>[0],
    who: Parameters<typeof visible>[1]['principal'],
    one: Repository,
    known: Facts,
  ) =>
    (['content/read', 'metadata/read'] as const).some((asks) =>
      permitted(
        decide(all, { principal: who, action: asks, resource: one.resource }, inOrder(known, one), NOW),
      ),
    )

  test('lists exactly what decide would let one read, for the same facts', () => {
    fc.assert(
      fc.property(
        policies,
        principal,
        facts,
        fc.constantFrom(...ORGANIZATIONS),
        (all, who, known, organization) => {
          const seen = visible(all, { principal: who, organization }, known, NOW)
          for (const one of REPOSITORIES.filter(
            ({ resource: { organization: of } }) => of === organization,
          )) {
            expect(isListed(seen, one), one.resource.repository).toBe(reads(all, who, one, known))
          }
        },
      ),
      RUNS,
    )
  })

  test('of all organizations at once: never more, and exactly that for a credential that none bars', () => {
    fc.assert(
      fc.property(policies, principal, facts, (all, who, known) => {
        const seen = visibleEverywhere(who, known, NOW)
        const { credential } = known
        const kept = credential?.type === 'active' ? (credential.barred ?? credential.ageLimits) : undefined
        const exact = who.type === 'credential' && kept === undefined
        for (const one of REPOSITORIES) {
          const alone = { ...known, governing: [] }
          const listed = isListed(seen, one)
          expect(!listed || reads(all, who, one, alone)).toBe(true)
          if (exact) expect(listed).toBe(reads(all, who, one, alone))
        }
      }),
      RUNS,
    )
  })

  test('no prefix lies below another', () => {
    fc.assert(
      fc.property(grants, parts, (held, of) => {
        const seen = visibleEverywhere(
          credential(held, of),
          {
            governing: [],
            credential: { type: 'active', expires: undefined },
            address: { type: 'unrestricted' },
          },
          NOW,
        )
        if (seen.type === 'none') return
        for (const one of seen.prefixes) {
          const covering = seen.prefixes.filter(
            (other) => other.organization === one.organization && one.prefix.startsWith(other.prefix),
          )
          expect(covering).toEqual([one])
        }
      }),
      RUNS,
    )
  })
})

/** What the store's query would find. */
function isListed(
  seen: Visible,
  { resource: { organization, name, repository }, visibility }: Repository,
): boolean {
  if (seen.type === 'none') return false
  const below = (one: { readonly organization: OrganizationId; readonly prefix: string }) =>
    one.organization === organization && name.startsWith(one.prefix)
  return (
    seen.prefixes.some(below) ||
    seen.repositories.includes(repository) ||
    (seen.public && visibility === 'public')
  )
}
