import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planRotation, signingRow, type RotationSchedule, type RotationStep } from './key-rotation.ts'
import type { KeyId } from './signing-key.ts'
import type { SigningKeyRow, SigningKeyState } from './signing-key-rows.ts'

const DAY = 86_400_000
const SCHEDULE: RotationSchedule = { activeFor: 90 * DAY, announceFor: 14 * DAY, retireFor: DAY }

test.each<readonly [string, readonly (readonly [string, SigningKeyState, number])[], readonly string[]]>([
  ['nothing yet', [], ['create active']],
  ['a young key', [['a', 'active', 10]], []],
  ['a key that will be due', [['a', 'active', 76]], ['create next']],
  ['a key just before that', [['a', 'active', 75.9]], []],
  [
    'a successor announced',
    [
      ['a', 'active', 80],
      ['b', 'next', 4],
    ],
    [],
  ],
  [
    'both due',
    [
      ['a', 'active', 90],
      ['b', 'next', 14],
    ],
    ['b to active', 'a to retiring'],
  ],
  [
    'overdue, its successor not announced long enough',
    [
      ['a', 'active', 100],
      ['b', 'next', 13],
    ],
    [],
  ],
  ['overdue without a successor', [['a', 'active', 200]], ['create next']],
  [
    'a key that signed last yesterday',
    [
      ['a', 'retiring', 1],
      ['b', 'active', 1],
    ],
    ['a to gone'],
  ],
  [
    'a key that signed last an hour ago',
    [
      ['a', 'retiring', 0.04],
      ['b', 'active', 0.04],
    ],
    [],
  ],
  ['the active one missing', [['b', 'next', 1]], ['b to active']],
  ['only retired ones', [['a', 'retiring', 0.5]], ['create active']],
  [
    'two made at once',
    [
      ['a', 'active', 0],
      ['b', 'active', 0],
    ],
    ['b to retiring'],
  ],
  [
    'stopped half-way through a change',
    [
      ['a', 'active', 90],
      ['b', 'active', 0],
    ],
    ['a to retiring'],
  ],
  [
    'two successors',
    [
      ['a', 'active', 90],
      ['b', 'next', 14],
      ['c', 'next', 13],
    ],
    ['b to active', 'a to retiring'],
  ],
  [
    'gone ones',
    [
      ['a', 'gone', 500],
      ['b', 'active', 1],
    ],
    [],
  ],
])('%s', (_, keys, expected) => {
  const rows = keys.map(([kid, state, days]) => row(kid, state, 1000 * DAY - days * DAY))
  expect(planRotation(rows, 1000 * DAY, SCHEDULE).map(say)).toEqual(expected)
})

test('over years there is always one that signs, announced long enough, and what signed is trusted long enough', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 * 24 }), { minLength: 50, maxLength: 200 }),
      (hours) => {
        let rows: readonly SigningKeyRow[] = []
        let now = 0
        for (const gap of hours) {
          const before = signingRow(rows)
          for (let again = 0; again < 2; again++) rows = perform(rows, planRotation(rows, now, SCHEDULE), now)
          const signing = signingRow(rows)
          if (signing === undefined) throw new Error('nothing signs')
          if (before !== undefined && signing.kid !== before.kid) {
            expect(now - signing.createdAt).toBeGreaterThanOrEqual(SCHEDULE.announceFor)
            expect(rows.find(({ kid }) => kid === before.kid)?.state).toBe('retiring')
          }
          expect(rows.filter(({ state }) => state === 'active')).toHaveLength(1)
          expect(rows.filter(({ state }) => state === 'next').length).toBeLessThanOrEqual(1)
          now += gap * 3_600_000
        }
      },
    ),
    { numRuns: 50 },
  )
})

test('the order of rows does not matter', () => {
  const some = fc.array(
    fc.record({
      state: fc.constantFrom<SigningKeyState>('next', 'active', 'retiring', 'gone'),
      days: fc.nat(300),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(some, (keys) => {
      const rows = keys.map(({ state, days }, index) => row(`k${index}`, state, (1000 - days) * DAY))
      const plan = planRotation(rows, 1000 * DAY, SCHEDULE)
      expect(planRotation(rows.toReversed(), 1000 * DAY, SCHEDULE)).toEqual(plan)
    }),
  )
})

function perform(
  rows: readonly SigningKeyRow[],
  steps: readonly RotationStep[],
  now: number,
): readonly SigningKeyRow[] {
  return steps.reduce<readonly SigningKeyRow[]>((all, step) => {
    if (step.type === 'create') return [...all, row(`k${all.length}`, step.state, now)]
    return all.map((one) => (one.kid === step.kid ? { ...one, state: step.to, stateSince: now } : one))
  }, rows)
}

function row(kid: string, state: SigningKeyState, since: number): SigningKeyRow {
  return {
    kid: kid as KeyId,
    family: 'access',
    state,
    createdAt: since,
    stateSince: since,
    publicJwk: '{}',
    sealedPrivateKey: undefined,
  }
}

function say(step: RotationStep): string {
  return step.type === 'create' ? `create ${step.state}` : `${step.kid} to ${step.to}`
}
