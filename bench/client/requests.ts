import { setTimeout as pause } from 'node:timers/promises'
import { readAnswers } from './answers.ts'
import { connect } from './connect.ts'
import { latenciesOf, type Done, type Door, type RequestsJob } from './job.ts'

/** Asks until the time is up. @throws at the first answer of another status */
export async function sendRequests(job: RequestsJob): Promise<Done> {
  const took: number[] = []
  let turn = Math.floor(Math.random() * job.requests.length)
  const next = () => job.requests[(turn = (turn + 1) % job.requests.length)] ?? ''
  const started = performance.now()
  const until = started + job.milliseconds
  const doorOf = (index: number): Door => job.doors[index % job.doors.length] ?? { port: 0, tls: false }
  await Promise.all(
    Array.from({ length: job.connections }, (_, index) => converse(job, doorOf(index), next, until, took)),
  )
  const milliseconds = performance.now() - started
  return { operations: took.length, bytes: 0, milliseconds, latencies: latenciesOf(took) }
}

async function converse(
  { status, thinkMilliseconds }: RequestsJob,
  door: Door,
  next: () => string,
  until: number,
  took: number[],
): Promise<void> {
  const socket = await connect(door)
  const host = `127.0.0.1:${door.port}`
  await new Promise<void>((resolve, reject) => {
    let bodyless = false
    let sent = 0
    const send = (): void => {
      const text = next().replace('{host}', host)
      bodyless = text.startsWith('HEAD')
      sent = performance.now()
      socket.write(text, 'latin1')
    }
    const answers = readAnswers((head) => {
      const now = performance.now()
      took.push(now - sent)
      if (head.status !== status) reject(new Error(`${head.status} instead of ${status}: ${head.text}`))
      else if (now >= until) resolve()
      else if (thinkMilliseconds === undefined) send()
      else void pause(thinkMilliseconds).then(send)
    })
    socket.on('data', (chunk: Buffer) => answers.take(chunk, bodyless))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the registry closed the connection')))
    send()
  }).finally(() => socket.destroy())
}
