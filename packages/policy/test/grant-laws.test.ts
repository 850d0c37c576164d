import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileGrants,
  decide,
  GROUP_RIGHTS,
  grantedActions,
  missingGrants,
  patGrants,
  personGrants,
  PAT_SCOPES,
  type Facts,
  type Grant,
  type GrantPattern,
  type GroupGrant,
  type Resource,
  uniteGrants,
} from '../src/index.ts'
import { credential, NOW } from './company.ts'
import {
  action,
  everyRepository,
  facts,
  grant,
  grants,
  groupGrant,
  LOCATED,
  parts,
  permitted,
  person,
  policies,
  question,
  resource,
  RUNS,
  upstream,
} from './universe.ts'

describe('grants', () => {
  test('adding a grant never denies', () => {
    fc.assert(
      fc.property(
        policies,
        grants,
        grant,
        parts,
        action,
        resource,
        facts,
        (all, held, more, of, asks, what, known) => {
          const ask = (given: readonly Grant[]) =>
            decide(all, { principal: credential(given, of), action: asks, resource: what }, known, NOW)
          expect(!permitted(ask(held)) || permitted(ask([...held, more]))).toBe(true)
        },
      ),
      RUNS,
    )
  })

  test('what may be done is held: compiled grants say what the grants say, one by one', () => {
    fc.assert(
      fc.property(grants, parts, action, resource, facts, (held, of, asks, what, known) => {
        const given = grantedActions(credential(held, of), what, known).includes(asks)
        expect(given).toBe(holdsPlainly(held, asks, what, known))
      }),
      RUNS,
    )
  })

  test('grants compiled apart and united decide as all of them together, by the same rules', () => {
    fc.assert(
      fc.property(
        policies,
        grants,
        grants,
        parts,
        action,
        resource,
        facts,
        (all, some, others, of, asks, what, known) => {
          const together = credential([...some, ...others], of)
          const united = { ...together, grants: uniteGrants(compileGrants(some), compileGrants(others)) }
          const by = (principal: typeof together) =>
            decide(all, { principal, action: asks, resource: what }, known, NOW)
          expect(by(united)).toEqual(by(together))
        },
      ),
      RUNS,
    )
  })

  test('nothing is allowed that no grant gives; hosts are a matter of policy', () => {
    fc.assert(
      fc.property(policies, question, facts, (all, asked, known) => {
        const held = grantedActions(asked.principal, asked.resource, known).includes(asked.action)
        expect(!permitted(decide(all, asked, known, NOW)) || held || asked.resource.type === 'host').toBe(
          true,
        )
      }),
      RUNS,
    )
  })

  test('a personal access token does nothing that its user may not', () => {
    const scopes = fc.uniqueArray(fc.constantFrom(...PAT_SCOPES))
    fc.assert(
      fc.property(
        policies,
        grants,
        scopes,
        grants,
        parts,
        action,
        resource,
        facts,
        (all, person, own, limits, of, asks, what, known) => {
          const ask = (given: readonly Grant[]) =>
            decide(all, { principal: credential(given, of), action: asks, resource: what }, known, NOW)
          expect(!permitted(ask(patGrants(person, own, limits, LOCATED))) || permitted(ask(person))).toBe(
            true,
          )
        },
      ),
      RUNS,
    )
  })

  test('a group gives exactly its permission, exactly where it was given', () => {
    fc.assert(
      fc.property(person, groupGrant, parts, action, resource, facts, (who, given, of, asks, what, known) => {
        const may = (groups: readonly GroupGrant[]) =>
          grantedActions(credential(personGrants({ ...who, groups }), of), what, known).includes(asks)
        const gives = GROUP_RIGHTS[given.permission].repositories.some((one) => one === asks)
        expect(may([...who.groups, given])).toBe(
          may(who.groups) || (gives && coversPlainly(given.pattern, what, known)),
        )
      }),
      RUNS,
    )
  })

  test('who gives what is not missing gives nothing away that it lacks', () => {
    fc.assert(
      fc.property(
        grants,
        fc.array(grant, { maxLength: 2 }),
        parts,
        action,
        existing(),
        facts,
        (held, given, of, asks, what, known) => {
          fc.pre(missingGrants(compileGrants(held), given, LOCATED).length === 0)
          const may = (by: readonly Grant[]) => grantedActions(credential(by, of), what, known).includes(asks)
          expect(!may(given) || may(held)).toBe(true)
        },
      ),
      RUNS,
    )
  })
})

/** The meaning of grants, written down a second time and as plainly as can be. */
function holdsPlainly(held: readonly Grant[], asks: string, what: Resource, known: Facts): boolean {
  if (what.type !== 'upstream')
    return held.some((one) => gives(one, asks) && coversPlainly(one.pattern, what, known))
  return (
    known.governing.length > 0 &&
    known.governing.every((of) =>
      held.some(
        (one) =>
          gives(one, asks) &&
          one.pattern.type === 'upstream' &&
          one.pattern.organization === of &&
          coversPlainly(one.pattern, what, known),
      ),
    ) &&
    isAbout(asks, what)
  )
  function gives({ actions }: Grant, wanted: string): boolean {
    return actions.some((one) => one === wanted) && isAbout(wanted, what)
  }
}

function isAbout(asks: string, what: Resource): boolean {
  const content = /^(content|metadata)\//.test(asks)
  switch (what.type) {
    case 'repository':
    case 'upstream':
      return content
    case 'organization':
      return !content && !/^(installation|user|host)\/|^organization\/create$/.test(asks)
    case 'installation':
      return /^(installation|user)\/|^organization\/create$/.test(asks)
    case 'host':
      return false
  }
}

function coversPlainly(pattern: GrantPattern, what: Resource, known: Facts): boolean {
  switch (pattern.type) {
    case 'repository':
      return what.type === 'repository' && what.repository === pattern.repository
    case 'under':
      return (
        what.type === 'repository' &&
        what.organization === pattern.organization &&
        what.name.startsWith(pattern.prefix)
      )
    case 'public':
      return (
        what.type === 'repository' &&
        known.repository?.type === 'present' &&
        known.repository.visibility === 'public'
      )
    case 'upstream':
      return (
        what.type === 'upstream' &&
        (pattern.host === '*' || pattern.host === what.host) &&
        (pattern.path.type === 'exact'
          ? pattern.path.name === what.name
          : what.name.startsWith(pattern.path.prefix))
      )
    case 'organization':
      return what.type === 'organization' && what.organization === pattern.organization
    case 'installation':
      return what.type === 'installation'
  }
}

/** Resources whose ids are where `LOCATED` says. */
function existing(): fc.Arbitrary<Resource> {
  return fc.oneof(fc.constantFrom(...everyRepository().map((one) => one.resource)), upstream)
}
