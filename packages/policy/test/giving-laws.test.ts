import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actionsOn,
  compileGrants,
  decide,
  missingGrants,
  OAT_RIGHTS,
  OAT_SCOPES,
  PAT_SCOPES,
  ROLE_RIGHTS,
  ROLES,
  type GrantPattern,
} from '../src/index.ts'
import { credential, LOCATED, member, MYREGISTRY, NOW, pat, patternOf, session } from './company.ts'
import {
  action,
  facts,
  grant,
  LOCATED as EVERYWHERE,
  grants,
  permitted,
  policies,
  resource,
  RUNS,
} from './universe.ts'

const PATTERNS: readonly GrantPattern[] = [
  ...['samples/nginx', 'samples/*', '*', 'docker.io/library/*'].map(patternOf),
  { type: 'public' },
  { type: 'organization', organization: MYREGISTRY },
]

describe('nobody gives what they don’t hold', () => {
  test.each(ROLES.flatMap((role) => OAT_SCOPES.map((scope) => [role, scope] as const)))(
    'whoever is %s gives %s where their role has all of it, and nowhere else',
    (role, scope) => {
      const { grants } = session(member(role))
      for (const pattern of PATTERNS) {
        const actions = actionsOn(OAT_RIGHTS[scope], pattern)
        const held: readonly string[] = actionsOn(ROLE_RIGHTS[role], pattern)
        const lacking = missingGrants(grants, [{ pattern, actions, rule: scope }], LOCATED)
        expect(lacking.flatMap((missing) => missing.actions)).toEqual(
          actions.filter((one) => !held.includes(one)),
        )
      }
    },
  )

  test('what one may give lets nobody do what one may not do oneself', () => {
    fc.assert(
      fc.property(
        grants,
        fc.array(grant, { minLength: 1, maxLength: 4 }),
        policies,
        resource,
        action,
        facts,
        (held, given, all, on, asks, known) => {
          const giver = credential(held)
          fc.pre(missingGrants(compileGrants(held), given, EVERYWHERE).length === 0)
          const ask = (principal: typeof giver) =>
            permitted(decide(all, { principal, action: asks, resource: on }, known, NOW))
          expect(ask(credential(given)) && !ask(giver)).toBe(false)
        },
      ),
      RUNS,
    )
  })

  test.each(ROLES.flatMap((role) => PAT_SCOPES.map((scope) => [role, scope] as const)))(
    'a personal token of whoever is %s, %s, does nothing that they may not',
    (role, scope) => {
      const person = member(role)
      fc.assert(
        fc.property(resource, action, facts, policies, (on, asks, known, all) => {
          const ask = (principal: ReturnType<typeof session>) =>
            permitted(decide(all, { principal, action: asks, resource: on }, known, NOW))
          expect(ask(pat(person, [scope])) && !ask(session(person))).toBe(false)
        }),
        { numRuns: 50 },
      )
    },
  )
})
