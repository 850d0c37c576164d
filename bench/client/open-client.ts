import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Done, Job } from './job.ts'

/** The load client, in its own process. */
export type Client = {
  /** One at a time. @throws when anything was answered but what should be */
  readonly perform: (job: Job) => Promise<Done>
  readonly close: () => Promise<void>
}

export async function openClient(): Promise<Client> {
  const child = fork(join(import.meta.dirname, 'main.ts'), { serialization: 'advanced' })
  const exited = once(child, 'exit')
  const perform = async (job: Job): Promise<Done> => {
    const answered = once(child, 'message')
    child.send(job)
    const [answer]: [Answer] = (await Promise.race([answered, exited.then(() => [GONE] as [Answer])])) as [
      Answer,
    ]
    if (answer.type === 'done') return answer.done
    throw new Error(answer.reason)
  }
  await perform({ type: 'hello' })
  return {
    perform,
    close: async () => {
      child.disconnect()
      await exited
    },
  }
}

const GONE: Answer = { type: 'failed', reason: 'the load client ended' }
