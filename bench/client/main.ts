/** The load client's process: a job comes, it is done, the answer goes. One at a time. */
import { download } from './download.ts'
import type { Answer, Done, Job } from './job.ts'
import { push } from './push.ts'
import { sendRequests } from './requests.ts'

process.on('message', (job: Job) => {
  perform(job).then(
    (done) => answer({ type: 'done', done }),
    (cause: unknown) =>
      answer({ type: 'failed', reason: cause instanceof Error ? cause.message : String(cause) }),
  )
})

function answer(message: Answer): void {
  process.send?.(message)
}

async function perform(job: Job): Promise<Done> {
  switch (job.type) {
    case 'requests':
      return sendRequests(job)
    case 'download':
      return download(job)
    case 'push':
      return push(job)
    case 'hello':
      return { operations: 0, bytes: 0, milliseconds: 0, latencies: { p50: 0, p99: 0, worst: 0 } }
  }
}
