import type { Job } from './job.ts'
import type { Timer } from './timer.ts'

export type RunOptions = {
  readonly jobs: readonly Job[]
  readonly timer: Timer
  readonly onDone: (job: string, milliseconds: number) => void
  readonly onFailure: (job: string, cause: unknown) => void
}

// A new leader lets the server settle first; what is due once a day is not put off for a day by each restart.
const FIRST_RUN_MILLISECONDS = 60_000

/** Runs each job when it is due, one at a time, until `term` ends. A job that fails is due again as if it hadn't. */
export async function runJobs(options: RunOptions, term: AbortSignal): Promise<void> {
  const { jobs, timer } = options
  const begin = timer.now()
  const due = new Map(
    jobs.map((job) => [job, begin + Math.min(job.everyMilliseconds, FIRST_RUN_MILLISECONDS)]),
  )
  while (!term.aborted) {
    const [next] = [...due].sort(([, a], [, b]) => a - b)
    if (next === undefined) return
    const [job, at] = next
    await timer.sleep(Math.max(at - timer.now(), 0), term)
    if (term.aborted) return
    await runOne(options, job, term)
    due.set(job, timer.now() + job.everyMilliseconds)
  }
}

async function runOne({ timer, onDone, onFailure }: RunOptions, job: Job, term: AbortSignal): Promise<void> {
  const begin = timer.now()
  try {
    await job.run(term)
    onDone(job.name, timer.now() - begin)
  } catch (cause) {
    if (!term.aborted) onFailure(job.name, cause)
  }
}
