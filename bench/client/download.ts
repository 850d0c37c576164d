import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { readAnswers } from './answers.ts'
import { connect } from './connect.ts'
import { latenciesOf, type Done, type DownloadJob } from './job.ts'

/** Downloads and throws away. */
export async function download(job: DownloadJob): Promise<Done> {
  const took: number[] = []
  const started = performance.now()
  for (let time = 0; time < job.times; time += 1) took.push(await once1(job))
  return {
    operations: took.length,
    bytes: job.times * job.bytes,
    milliseconds: performance.now() - started,
    latencies: latenciesOf(took),
  }
}

async function once1({ door, path, token, bytes }: DownloadJob): Promise<number> {
  const started = performance.now()
  const answered = Promise.withResolvers<void>()
  const answers = readAnswers(({ status, length, text }) => {
    if (status === 200 && length === bytes) answered.resolve()
    else answered.reject(new Error(`not the blob: ${text}`))
  })
  const take = (chunk: Buffer): void => answers.take(chunk, false)
  const socket = door.tls ? (await connect(door)).on('data', take) : await reader(door.port, take)
  socket.on('error', answered.reject)
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  try {
    await answered.promise
  } finally {
    socket.destroy()
  }
  return performance.now() - started
}

/** Into the same memory again and again: the least that reading can cost the machine that the server runs on, too. */
async function reader(port: number, take: (chunk: Buffer) => void): Promise<Socket> {
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024)
  const onread = {
    buffer,
    callback: (bytes: number) => {
      take(buffer.subarray(0, bytes))
      return true
    },
  }
  const socket = connectPlain({ host: '127.0.0.1', port, onread })
  await once(socket, 'connect')
  return socket
}
