/** The keys that sign one family of tokens: made, sealed, published, used, retired. */
import type { SealKeys } from '../secrets/seal.ts'
import { planRotation, type RotationSchedule, type RotationStep } from './key-rotation.ts'
import type { KeySet, TokenFamily } from './signing-key.ts'
import { makeSigningKeyRow, resealedRow, toKeySet } from './signing-key-material.ts'
import type { SigningKeyRow, SigningKeyRows } from './signing-key-rows.ts'

export type SigningKeysOptions<Family extends TokenFamily> = {
  readonly rows: SigningKeyRows
  readonly seals: SealKeys
  readonly family: Family
  readonly schedule: RotationSchedule
}

export type SigningKeys<Family extends TokenFamily> = {
  /** What is trusted now. Cheap; ask at each use. */
  current(): KeySet<Family>
  /** Reads the rows again: after a change by another replica was announced. */
  reload(): Promise<void>
  /** Does what is due at `now`, if anything, and tells what it was. For the one replica that leads. */
  rotate(now: number): Promise<readonly RotationStep[]>
  /** Seals by the current seal key what another one sealed; tells how many. After it the previous seal key may go. */
  reseal(): Promise<number>
}

const DAY = 86_400_000
const CLOCKS_DIFFER = 600_000

/**
 * The usual times, for tokens that live `tokenSeconds` at most. Two weeks are for registries that read our JWKS from a file
 * at their start: time enough to bring them the file.
 */
export function usualSchedule(tokenSeconds: number): RotationSchedule {
  return { activeFor: 90 * DAY, announceFor: 14 * DAY, retireFor: tokenSeconds * 1000 + CLOCKS_DIFFER }
}

/** Loads the keys, making the first one. Throws where a key doesn't open: with another seal key nothing is safe to do. */
export async function openSigningKeys<Family extends TokenFamily>(
  options: SigningKeysOptions<Family>,
  now: number,
): Promise<SigningKeys<Family>> {
  let keys = await loadOrCreate(options, now)
  let started = 0
  let applied = 0
  const reload = async (): Promise<void> => {
    const turn = ++started
    const read = await load(options)
    // Of reads that overtake one another the one begun last counts.
    if (turn < applied || read === undefined) return
    applied = turn
    keys = read
  }
  return {
    current: () => keys,
    reload,
    async rotate(later) {
      const steps = await performDue(options, later)
      if (steps.length > 0) await reload()
      return steps
    },
    reseal: () => resealAll(options),
  }
}

async function resealAll(options: SigningKeysOptions<TokenFamily>): Promise<number> {
  const rows = (await listFamily(options)).flatMap((row) => resealedRow(options.seals, row) ?? [])
  const done = await Promise.all(rows.map((row) => options.rows.update(row.state, row)))
  return done.filter(Boolean).length
}

async function loadOrCreate<Family extends TokenFamily>(
  options: SigningKeysOptions<Family>,
  now: number,
): Promise<KeySet<Family>> {
  const loaded = await load(options)
  if (loaded !== undefined) return loaded
  await performDue(options, now)
  const created = await load(options)
  if (created === undefined) throw new Error(`no signing key for ${options.family} tokens could be made`)
  return created
}

async function load<Family extends TokenFamily>(
  options: SigningKeysOptions<Family>,
): Promise<KeySet<Family> | undefined> {
  return toKeySet(options.seals, options.family, await listFamily(options))
}

async function performDue(
  options: SigningKeysOptions<TokenFamily>,
  now: number,
): Promise<readonly RotationStep[]> {
  const rows = await listFamily(options)
  const steps = planRotation(rows, now, options.schedule)
  for (const step of steps) await perform(options, rows, step, now)
  return steps
}

async function perform(
  options: SigningKeysOptions<TokenFamily>,
  rows: readonly SigningKeyRow[],
  step: RotationStep,
  now: number,
): Promise<void> {
  if (step.type === 'create') {
    // `false` as below.
    await options.rows.insert(makeSigningKeyRow(options.seals, options.family, step.state, now))
    return
  }
  const row = rows.find((candidate) => candidate.kid === step.kid)
  if (row === undefined) return
  // What signs no more needs no private key: gone from the database, it can't be stolen from there.
  const sealedPrivateKey = step.to === 'active' ? row.sealedPrivateKey : undefined
  // `false` means that another replica did the same a moment ago.
  await options.rows.update(step.from, { ...row, state: step.to, stateSince: now, sealedPrivateKey })
}

async function listFamily(options: SigningKeysOptions<TokenFamily>): Promise<readonly SigningKeyRow[]> {
  return (await options.rows.list()).filter((row) => row.family === options.family)
}
