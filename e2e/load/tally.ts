import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** What happened in the run: how long each kind of request took, how often each act succeeded, and what should not have been. */
export type Tally = {
  /** @param milliseconds from sending to the last byte of the answer */
  readonly took: (kind: string, milliseconds: number) => void
  /** Something the server must have written into its activity log. */
  readonly did: (activity: Activity) => void
  readonly failed: (act: string, problem: unknown) => void
  readonly done: (activity: Activity) => number
  readonly failures: () => readonly string[]
  readonly rows: () => readonly TallyRow[]
}

/** The activity log's words for what a load does. */
export const ACTIVITIES = ['token-issued', 'pull', 'push', 'upload', 'delete'] as const
export type Activity = (typeof ACTIVITIES)[number]

/** Times in milliseconds. */
export type TallyRow = {
  readonly kind: string
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** After so many the run has failed beyond doubt; more would only fill the memory. */
const KEPT_FAILURES = 100

export function createTally(): Tally {
  const times = new Map<string, RecordableHistogram>()
  const counts = new Map<Activity, number>()
  const failures: string[] = []

  function histogramOf(kind: string): RecordableHistogram {
    const found = times.get(kind) ?? createHistogram()
    times.set(kind, found)
    return found
  }

  return {
    took: (kind, milliseconds) => histogramOf(kind).record(Math.max(1, Math.round(milliseconds * 1_000))),
    did: (activity) => void counts.set(activity, (counts.get(activity) ?? 0) + 1),
    done: (activity) => counts.get(activity) ?? 0,
    failed(act, problem) {
      const text = problem instanceof Error ? problem.message : String(problem)
      if (failures.length < KEPT_FAILURES) failures.push(`${act}: ${text}`)
    },
    failures: () => failures,
    rows: () => [...times].map(([kind, histogram]) => rowOf(kind, histogram)).toSorted(byKind),
  }
}

function rowOf(kind: string, histogram: RecordableHistogram): TallyRow {
  return {
    kind,
    count: histogram.count,
    p50: histogram.percentile(50) / 1_000,
    p99: histogram.percentile(99) / 1_000,
    max: histogram.max / 1_000,
  }
}

function byKind(left: TallyRow, right: TallyRow): number {
  return left.kind < right.kind ? -1 : 1
}
