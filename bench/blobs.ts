// How fast blobs go in and out over a loopback socket, and what it costs the server: ours against the naive way, in turns.
//
//   npm exec -- node bench/blobs.ts [directory] [MiB] [rounds]        default: /dev/shm (CPU only) 256 5
//
// The server is a process of its own, so that the CPU time is the server's alone. A directory on a disk shows the fsync.
// The disk's or tmpfs's cache holds the blob: this measures our work, not the device.

import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseDigest, type Digest } from '@wharden/oci'
import { openFilesystemBlobStore } from '../packages/server/src/stores/blobs/filesystem/open.ts'
import { receive } from '../packages/server/src/stores/blobs/receive.ts'
import type { BlobKey, BlobStore } from '../packages/server/src/stores/blobs/port.ts'

const MEBIBYTE = 1024 * 1024
const CHUNK = Buffer.alloc(MEBIBYTE, 'the same bytes again and again, for hashing takes no notice; ')
const WAYS = ['PUT ours', 'PUT naive', 'GET ours', 'GET naive'] as const
type Way = (typeof WAYS)[number]
type Row = {
  readonly way: Way
  readonly gibPerSecond: number
  readonly cpuPerGib: number
  readonly peakMebibytes: number
}

if (process.send === undefined)
  await drive(process.argv[2] ?? '/dev/shm', Number(process.argv[3] ?? 256), Number(process.argv[4] ?? 5))
else await serve(process.argv[2] ?? '', Number(process.argv[3]))

async function drive(parent: string, mebibytes: number, rounds: number): Promise<void> {
  const directory = await mkdtemp(join(parent, 'wharden-bench-'))
  const rows: Row[] = []
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const way of WAYS) {
        const row = await measure(directory, mebibytes, way)
        if (round > 0) rows.push(row) // the first round warms the machine
      }
    }
  } finally {
    await rm(directory, { recursive: true })
  }
  print(rows, `${mebibytes} MiB, ${rounds} rounds, ${parent}, node ${process.version}`)
}

/** A fresh server for each measurement: three transfers, of which the first warms its code. */
async function measure(directory: string, mebibytes: number, way: Way): Promise<Row> {
  const child = fork(import.meta.filename, [directory, String(mebibytes)])
  const port = await ask(child, 'port')
  await transfer(port, way, mebibytes)
  const cpuBefore = await ask(child, 'cpu')
  const before = performance.now()
  for (let turn = 0; turn < 2; turn += 1) await transfer(port, way, mebibytes)
  const seconds = (performance.now() - before) / 1000
  const cpu = (await ask(child, 'cpu')) - cpuBefore
  const peakMebibytes = await ask(child, 'peak')
  child.disconnect()
  await once(child, 'exit')
  const gib = (2 * mebibytes) / 1024
  return { way, gibPerSecond: gib / seconds, cpuPerGib: cpu / gib, peakMebibytes }
}

async function ask(child: ChildProcess, question: string): Promise<number> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return Number(answer)
}

async function transfer(port: number, way: Way, mebibytes: number): Promise<void> {
  const [method = '', path = ''] = way.split(' ')
  const headers = method === 'PUT' ? { 'content-length': mebibytes * MEBIBYTE } : {}
  const sending = request({ port, method, path: `/${path}`, headers, agent: false })
  const answered = once(sending, 'response')
  if (method === 'PUT')
    for (let sent = 0; sent < mebibytes; sent += 1) if (!sending.write(CHUNK)) await once(sending, 'drain')
  sending.end()
  const [response]: IncomingMessage[] = await answered
  let received = 0
  response?.on('data', (chunk: Buffer) => (received += chunk.length))
  await once(response ?? sending, 'end')
  if (response?.statusCode !== 200 || (method === 'GET' && received !== mebibytes * MEBIBYTE))
    throw new Error(`${way} failed`)
}

function print(rows: readonly Row[], title: string): void {
  const spread = (values: readonly number[]): string => {
    const sorted = values.toSorted((a, b) => a - b)
    const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2)
    return `${at(0.5)} (${at(0)}–${at(1)})`
  }
  console.log(`${title}\n\n| way | GiB/s | CPU s/GiB | peak RSS MiB |\n|---|---|---|---|`)
  for (const way of WAYS) {
    const mine = rows.filter((row) => row.way === way)
    const peak = Math.max(...mine.map((row) => row.peakMebibytes)).toFixed(0)
    console.log(
      `| ${way} | ${spread(mine.map((row) => row.gibPerSecond))} | ${spread(mine.map((row) => row.cpuPerGib))} | ${peak} |`,
    )
  }
}

async function serve(directory: string, mebibytes: number): Promise<void> {
  const size = mebibytes * MEBIBYTE
  const digest = digestOfChunks(mebibytes)
  const blobs = await openFilesystemBlobStore({ directory, minimumFreeBytes: 0 })
  const key = await fill(blobs, mebibytes, digest)
  const path = join(directory, key.slice(-2), key)
  const server = createServer((incoming, response) => {
    act(`${incoming.method} ${incoming.url?.slice(1)}`, incoming, response).catch((cause: unknown) => {
      console.error(cause)
      response.destroy()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const answers: Readonly<Record<string, () => number>> = {
    port: () => (server.address() as AddressInfo).port,
    cpu: () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    peak: () => process.resourceUsage().maxRSS / 1024,
  }
  process.on('message', (question: string) => process.send?.(answers[question]?.()))
  process.once('disconnect', () => void blobs.delete(key).then(() => process.exit(0)))

  async function act(way: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (way.startsWith('GET')) response.writeHead(200, { 'content-length': size })
    if (way === 'GET ours') await (await blobs.read(key, { start: 0, end: size }))?.pipeTo(response)
    if (way === 'GET naive') createReadStream(path).pipe(response)
    if (way === 'PUT ours') await putOurs(blobs, incoming, digest)
    if (way === 'PUT naive') await putNaively(join(directory, 'naive'), incoming, digest)
    if (way.startsWith('PUT')) response.end()
  }
}

async function putOurs(blobs: BlobStore, incoming: IncomingMessage, digest: Digest): Promise<void> {
  const opened = await blobs.openUpload(blobs.startUpload('sha256'))
  if (opened.type === 'error') throw new Error(opened.error.type)
  await receive(incoming, opened.value, { idleMilliseconds: 60_000, minimumBytesPerSecond: 1024 })
  const finished = await opened.value.finish(digest)
  if (finished.type === 'error') throw new Error(finished.error.type)
  await blobs.delete(finished.value.key)
}

async function putNaively(path: string, incoming: IncomingMessage, digest: Digest): Promise<void> {
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(incoming, hashing, createWriteStream(path))
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error('wrong digest')
  await rm(path)
}

async function fill(blobs: BlobStore, mebibytes: number, digest: Digest): Promise<BlobKey> {
  const opened = await blobs.openUpload(blobs.startUpload('sha256'))
  if (opened.type === 'error') throw new Error(opened.error.type)
  for (let step = 0; step < mebibytes; step += 1) await opened.value.append(CHUNK)
  const finished = await opened.value.finish(digest)
  if (finished.type === 'error') throw new Error(finished.error.type)
  return finished.value.key
}

function digestOfChunks(mebibytes: number): Digest {
  const hash = createHash('sha256')
  for (let step = 0; step < mebibytes; step += 1) hash.update(CHUNK)
  const digest = parseDigest(`sha256:${hash.digest('hex')}`)
  if (digest === undefined) throw new Error('no digest')
  return digest
}
