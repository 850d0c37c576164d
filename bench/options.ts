import type { Pace } from './rows/compare.ts'

export type BenchmarkOptions = {
  readonly mode: 'quick' | 'full'
  readonly directory: string
  /** Beginnings of row ids; all where there are none. */
  readonly rows: readonly string[] | undefined
  /** How far it has come. */
  readonly say: (line: string) => void
}

export const PACE: { readonly [Mode in BenchmarkOptions['mode']]: Pace } = {
  quick: { rounds: 3, milliseconds: 1_200 },
  full: { rounds: 5, milliseconds: 2_500 },
}

/** How many tokens a server knows. */
export const POPULATIONS: { readonly [Mode in BenchmarkOptions['mode']]: readonly number[] } = {
  quick: [20, 20_000],
  full: [20, 20_000, 1_000_000],
}

/** Of how the benchmark's own start is repeated. */
export const STARTS = 5

export function wants({ rows }: BenchmarkOptions, id: string): boolean {
  return rows === undefined || rows.some((row) => id.startsWith(row))
}
