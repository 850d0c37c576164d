import type { KeyId } from './signing-key.ts'
import type { SigningKeyRow, SigningKeyState } from './signing-key-rows.ts'

/** Milliseconds. */
export type RotationSchedule = {
  /** How long a key signs. */
  readonly activeFor: number
  /** How long it is published before it signs: as long as the slowest reader of the JWKS needs to see it. */
  readonly announceFor: number
  /** How long it is trusted after it signed last: the longest life of what it signed, and what clocks differ by. */
  readonly retireFor: number
}

export type RotationStep =
  | { readonly type: 'create'; readonly state: 'next' | 'active' }
  | {
      readonly type: 'move'
      readonly kid: KeyId
      readonly from: SigningKeyState
      readonly to: SigningKeyState
    }

/**
 * What is due for the keys of one family at `now` (milliseconds since 1970), in the order it must be done.
 * Doing it twice, on two replicas, or stopping half-way is mended by the next plan: of several active keys the newest signs
 * and the others retire.
 */
export function planRotation(
  rows: readonly SigningKeyRow[],
  now: number,
  schedule: RotationSchedule,
): readonly RotationStep[] {
  const [active, ...surplus] = newestFirst(rows, 'active')
  const retired = newestFirst(rows, 'retiring').filter((row) => now - row.stateSince >= schedule.retireFor)
  return [
    ...succession(active, newestFirst(rows, 'next').at(-1), now, schedule),
    ...surplus.map((row) => move(row, 'retiring')),
    ...retired.map((row) => move(row, 'gone')),
  ]
}

/** The key that signs: the newest active one. */
export function signingRow(rows: readonly SigningKeyRow[]): SigningKeyRow | undefined {
  return newestFirst(rows, 'active')[0]
}

function succession(
  active: SigningKeyRow | undefined,
  next: SigningKeyRow | undefined,
  now: number,
  schedule: RotationSchedule,
): readonly RotationStep[] {
  if (active === undefined)
    return [next === undefined ? { type: 'create', state: 'active' } : move(next, 'active')]
  const age = now - active.stateSince
  if (next === undefined) {
    return age >= schedule.activeFor - schedule.announceFor ? [{ type: 'create', state: 'next' }] : []
  }
  const announced = now - next.stateSince >= schedule.announceFor
  return age >= schedule.activeFor && announced ? [move(next, 'active'), move(active, 'retiring')] : []
}

function move(row: SigningKeyRow, to: SigningKeyState): RotationStep {
  return { type: 'move', kid: row.kid, from: row.state, to }
}

function newestFirst(rows: readonly SigningKeyRow[], state: SigningKeyState): readonly SigningKeyRow[] {
  const newer = (one: SigningKeyRow, other: SigningKeyRow): number =>
    other.stateSince - one.stateSince || (one.kid < other.kid ? -1 : 1)
  return rows.filter((row) => row.state === state).sort(newer)
}
