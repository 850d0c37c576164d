/** What one run of the benchmark found, as it is kept in `results/`. */
import type { Machine } from '../support/machine.ts'

export type Unit = '1,000 operations' | 'GiB' | 'start'

/** One measurement of one row on one registry. */
export type Sample = {
  readonly row: string
  readonly registry: string
  readonly round: number
  /** Of the server's processes, for each `unit` of the row. */
  readonly cpuSeconds: number
  /** Units a second, by the client's clock. */
  readonly rate: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** MiB, while it ran. */
  readonly peak: number
}

export type RowTitle = { readonly id: string; readonly title: string; readonly unit: Unit }

export type Results = {
  readonly at: string
  readonly mode: 'quick' | 'full'
  readonly seconds: number
  readonly machine: Machine
  readonly registries: readonly {
    readonly name: string
    readonly version: string
    readonly configuration: string
  }[]
  /** What should have been compared with, and why it wasn't. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
  readonly rows: readonly RowTitle[]
  readonly samples: readonly Sample[]
}

export const OURS = 'wharden'

/** Debian's build of 2.8 recompiles its routes at every request: measured, but nobody's yardstick. */
export const NO_YARDSTICK = 'distribution 2.8'

export type Spread = { readonly median: number; readonly least: number; readonly most: number }

export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined) return undefined
  const half = sorted.length / 2
  const median = ((sorted[Math.ceil(half) - 1] ?? least) + (sorted[Math.floor(half)] ?? least)) / 2
  return { median, least, most }
}

/** The values of one row and registry, by round. */
export function valuesOf(
  { samples }: Results,
  row: string,
  registry: string,
  value: (sample: Sample) => number,
): readonly number[] {
  return samples
    .filter((sample) => sample.row === row && sample.registry === registry)
    .toSorted((one, other) => one.round - other.round)
    .map(value)
}

/** Who else was measured in this row, and counts. */
export function peersOf({ samples }: Results, row: string): readonly string[] {
  const names = samples.filter((sample) => sample.row === row).map(({ registry }) => registry)
  return [...new Set(names)].filter((name) => !name.startsWith(OURS) && name !== NO_YARDSTICK)
}

/** The peer that is best at this row: the least CPU, or whatever is asked for, in the median. */
export function bestPeer(
  results: Results,
  row: string,
  value: (sample: Sample) => number,
): string | undefined {
  const medianOf = (peer: string) => spreadOf(valuesOf(results, row, peer, value))?.median ?? Infinity
  return peersOf(results, row).toSorted((one, other) => medianOf(one) - medianOf(other))[0]
}

/** Ours over the best peer's, round by round: what alternates is compared with its neighbour. */
export function overPeer(
  results: Results,
  row: string,
  value: (sample: Sample) => number,
): Spread | undefined {
  const peer = bestPeer(results, row, value)
  if (peer === undefined) return undefined
  const theirs = valuesOf(results, row, peer, value)
  return spreadOf(valuesOf(results, row, OURS, value).map((ours, round) => ours / (theirs[round] ?? NaN)))
}
