import type { Shortfall } from './shortfalls.ts'
import { OURS, overPeer, spreadOf, valuesOf, type Results, type Sample, type Spread } from './results.ts'

/** A promise: what is measured must be `better` than `floor`; `goal` is where we want to get. */
export type Floor = {
  readonly title: string
  readonly better: 'more' | 'less'
  readonly floor: number
  readonly goal: number
  readonly unit: string
  readonly measured: (results: Results) => Spread | undefined
  readonly shortfall: Shortfall
}

const cpu = ({ cpuSeconds }: Sample) => cpuSeconds
const wall = ({ rate }: Sample) => 1 / rate

function timesLess(title: string, row: string, floor: number, goal: number): Floor {
  const measured = (results: Results) => inverse(overPeer(results, row, cpu))
  return {
    title: `${title}: less CPU than the best peer`,
    better: 'more',
    floor,
    goal,
    unit: '×',
    measured,
    shortfall: 'small',
  }
}

function atMost(title: string, row: string): Floor {
  const measured = (results: Results) => overPeer(results, row, cpu)
  return {
    title: `${title}: CPU over the best peer's`,
    better: 'less',
    floor: 1.25,
    goal: row.startsWith('push') ? 1 : 0.9,
    unit: '×',
    measured,
    shortfall: row.startsWith('push') ? 'pushCpu' : 'large',
  }
}

function noSlower(title: string, row: string): Floor {
  const measured = (results: Results) => overPeer(results, row, wall)
  return {
    title: `${title}: time over the fastest peer's`,
    better: 'less',
    floor: 1,
    goal: 1,
    unit: '×',
    measured,
    shortfall: 'pushWall',
  }
}

const own = (row: string, value: (sample: Sample) => number) => (results: Results) =>
  spreadOf(valuesOf(results, row, OURS, value))

const over = (fewer: string, row: string) => (results: Results) => {
  const among = valuesOf(results, fewer, OURS, cpu)
  return spreadOf(valuesOf(results, row, OURS, cpu).map((value, round) => value / (among[round] ?? NaN)))
}

export const FLOORS: readonly Floor[] = [
  timesLess('manifest GET', 'manifest-get', 3, 6),
  timesLess('manifest HEAD', 'manifest-head', 4, 8),
  timesLess('1 KiB blob GET', 'blob-1k', 15, 30),
  atMost('256 MiB blob GET', 'blob-256m'),
  atMost('256 MiB blob GET by TLS', 'blob-256m-tls'),
  atMost('256 MiB push in one request', 'push-whole'),
  atMost('256 MiB push in 16 chunks', 'push-chunks'),
  atMost('4 × 256 MiB push at once', 'push-four'),
  noSlower('256 MiB push in one request', 'push-whole'),
  noSlower('256 MiB push in 16 chunks', 'push-chunks'),
  noSlower('4 × 256 MiB push at once', 'push-four'),
  {
    title: 'tokens for each second of CPU, a fresh signature each',
    better: 'more',
    floor: 4_000,
    goal: 10_000,
    unit: '/s',
    measured: own('token-20', ({ cpuSeconds }) => 1_000 / cpuSeconds),
    shortfall: 'token',
  },
  {
    title: 'a token request among 1,000,000 tokens over one among 20, everybody for the first time',
    better: 'less',
    floor: 1.3,
    goal: 1,
    unit: '×',
    measured: over('token-20', 'token-1000000'),
    shortfall: 'million',
  },
  {
    title: 'a token request among 1,000,000 tokens over one among 20, the same 20 asking',
    better: 'less',
    floor: 1.3,
    goal: 1,
    unit: '×',
    measured: over('token-20', 'few-1000000'),
    shortfall: 'million',
  },
  {
    title:
      'a token request among 1,000,000 tokens over one among 20,000, nearly everybody for the first time',
    better: 'less',
    floor: 1.3,
    goal: 1,
    unit: '×',
    measured: over('token-20000', 'token-1000000'),
    shortfall: 'million',
  },
  {
    title: 'a token request with its decisions among 1,000,000 tokens over one among 20,000',
    better: 'less',
    floor: 1.3,
    goal: 1,
    unit: '×',
    measured: over('decision-20000', 'decision-1000000'),
    shortfall: 'million',
  },
  {
    title: 'manifest GET while a 256 MiB push runs, 99th percentile',
    better: 'less',
    floor: 10,
    goal: 5,
    unit: ' ms',
    measured: own('manifest-beside-push', ({ p99 }) => p99),
    shortfall: 'latency',
  },
  {
    title: 'start to ready, compile cache warm',
    better: 'less',
    floor: 1,
    goal: 0.5,
    unit: ' s',
    measured: own('ready', ({ p50 }) => p50 / 1_000),
    shortfall: 'start',
  },
  {
    title: 'memory when idle',
    better: 'less',
    floor: 160,
    goal: 110,
    unit: ' MiB',
    measured: own('ready', ({ peak }) => peak),
    shortfall: 'memory',
  },
]

export type Verdict = Floor & { readonly value: Spread; readonly met: 'goal' | 'floor' | 'missed' }

/** What can be judged by these results; a row that wasn't run says nothing. */
export function judge(results: Results): readonly Verdict[] {
  return FLOORS.flatMap((floor) => {
    const value = floor.measured(results)
    if (value === undefined) return []
    const reaches = (mark: number) => (floor.better === 'more' ? value.median >= mark : value.median <= mark)
    return [
      {
        ...floor,
        value,
        met: reaches(floor.goal) ? 'goal' : reaches(floor.floor) ? 'floor' : 'missed',
      } as const,
    ]
  })
}

function inverse(spread: Spread | undefined): Spread | undefined {
  return spread && { median: 1 / spread.median, least: 1 / spread.most, most: 1 / spread.least }
}
