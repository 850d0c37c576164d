import { expect, test } from 'vitest'
import { createHandTimer } from './contract-timer.ts'
import type { Job } from './job.ts'
import { runJobs } from './run-jobs.ts'

function start(jobs: readonly Job[]) {
  const timer = createHandTimer()
  const term = new AbortController()
  const failures: string[] = []
  const running = runJobs(
    { jobs, timer, onDone: () => {}, onFailure: (job) => failures.push(job) },
    term.signal,
  )
  const end = async (): Promise<void> => {
    term.abort()
    await running
  }
  return { timer, failures, end }
}

test('each job runs when it is due, the first time soon', async () => {
  const log: string[] = []
  const job = (name: string, everyMilliseconds: number): Job => ({
    name,
    everyMilliseconds,
    run: async () => void log.push(name),
  })
  const { timer, end } = start([job('daily', 86_400_000), job('often', 25_000)])
  await timer.advance(24_999)
  expect(log).toEqual([])
  await timer.advance(1)
  expect(log).toEqual(['often'])
  await timer.advance(50_000)
  expect(log).toEqual(['often', 'often', 'daily', 'often'])
  await timer.advance(86_400_000)
  expect(log.filter((name) => name === 'daily')).toHaveLength(2)
  await end()
})

test('no job overlaps itself or another, and is due again only after it has ended', async () => {
  let running = 0
  let most = 0
  let begun = 0
  const gates: (() => void)[] = []
  const job: Job = {
    name: 'slow',
    everyMilliseconds: 1000,
    async run() {
      begun += 1
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => gates.push(resolve))
      running -= 1
    },
  }
  const { timer, end } = start([job, { ...job, name: 'slow too' }])
  for (let turn = 0; turn < 6; turn += 1) {
    await timer.advance(10_000)
    expect(begun).toBe(turn + 1)
    gates.pop()?.()
  }
  expect(most).toBe(1)
  const ending = end()
  gates.pop()?.()
  await ending
})

test('a job that fails is tried again, and the others go on', async () => {
  const log: string[] = []
  const { timer, failures, end } = start([
    { name: 'broken', everyMilliseconds: 1000, run: () => Promise.reject(new Error('no')) },
    { name: 'whole', everyMilliseconds: 1000, run: async () => void log.push('whole') },
  ])
  await timer.advance(3000)
  expect(failures).toEqual(['broken', 'broken', 'broken'])
  expect(log).toHaveLength(3)
  await end()
})

test('the end of the term stops the job at hand, and no other begins', async () => {
  const log: string[] = []
  const { timer, failures, end } = start([
    {
      name: 'long',
      everyMilliseconds: 1000,
      async run(signal) {
        log.push('begins')
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        log.push('stops')
        throw new Error('stopped in the middle')
      },
    },
  ])
  await timer.advance(1000)
  await end()
  await timer.advance(100_000)
  expect(log).toEqual(['begins', 'stops'])
  expect(failures).toEqual([])
})
