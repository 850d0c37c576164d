import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFilesystemBlobStore } from './filesystem/open.ts'
import type { IntakeLimits } from './intake.ts'
import { BlobStoreFullError, type BlobStore, type BlobWriter } from './port.ts'
import { ReceiveError } from './receive-error.ts'
import { receive } from './receive.ts'
import { digestOf, samplePart } from './contract-sample.ts'

const PATIENT: IntakeLimits = { idleMilliseconds: 60_000, minimumBytesPerSecond: 0 }
const MEBIBYTE = 1024 * 1024

let directory: string
let store: BlobStore
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-receive-'))
  store = await openFilesystemBlobStore({ directory, minimumFreeBytes: 1 })
})
afterAll(() => rm(directory, { recursive: true }))

describe('receiving a body', () => {
  test.each([0, 1, 70_000, 3 * MEBIBYTE])('of %i bytes gives them all to the upload', async (size) => {
    const bytes = samplePart(0, size)
    const writer = await begin()
    expect(await receive(inPieces(bytes, 10_000), writer, { ...PATIENT, declaredBytes: size })).toBe(size)
    expect(await writer.finish(digestOf(bytes))).toMatchObject({ type: 'ok', value: { size } })
  })

  test.each([
    {
      sent: 11,
      limits: { declaredBytes: 10 },
      problem: { type: 'length-mismatch', declared: 10, received: 11 },
    },
    {
      sent: 9,
      limits: { declaredBytes: 10 },
      problem: { type: 'length-mismatch', declared: 10, received: 9 },
    },
    { sent: 11, limits: { maximumBytes: 10 }, problem: { type: 'too-large', limit: 10 } },
    { sent: 0, limits: { maximumBytes: 10, declaredBytes: 11 }, problem: { type: 'too-large', limit: 10 } },
  ])('of $sent bytes under $limits is $problem.type', async ({ sent, limits, problem }) => {
    const writer = await begin()
    const source = inPieces(samplePart(0, sent), 3)
    expect(await problemOf(receive(source, writer, { ...PATIENT, ...limits }))).toEqual(problem)
    await writer.close()
  })

  test('from someone who falls silent ends, and what came is kept', async () => {
    const writer = await begin()
    const source = new PassThrough()
    source.write(samplePart(0, 1000))
    expect(
      await problemOf(receive(source, writer, { idleMilliseconds: 20, minimumBytesPerSecond: 0 })),
    ).toEqual({ type: 'idle' })
    expect(await writer.checkpoint()).toMatchObject({ offset: 1000, digest: digestOf(samplePart(0, 1000)) })
    expect(source.destroyed).toBe(false)
    await writer.close()
  })

  test('from someone who drips ends', async () => {
    const writer = await begin()
    const source = new PassThrough()
    const dripping = setInterval(() => source.write('.'), 2)
    const limits = { idleMilliseconds: 10_000, minimumBytesPerSecond: 100_000, windowMilliseconds: 40 }
    expect(await problemOf(receive(source, writer, limits))).toEqual({ type: 'slow' })
    clearInterval(dripping)
    await writer.close()
  })

  test.each(['before', 'during'])('ends when the caller cancels %s it', async (when) => {
    const writer = await begin()
    const stop = new AbortController()
    if (when === 'before') stop.abort()
    const receiving = receive(new PassThrough(), writer, { ...PATIENT, signal: stop.signal })
    stop.abort()
    expect(await problemOf(receiving)).toEqual({ type: 'cancelled' })
    await writer.close()
  })

  test('that has been read to its end already is empty', async () => {
    const writer = await begin()
    const source = Readable.from([])
    source.resume()
    await once(source, 'end')
    expect(await receive(source, writer, PATIENT)).toBe(0)
    await writer.close()
  })

  test('whose sender broke before is gone', async () => {
    const writer = await begin()
    const source = new PassThrough()
    source.destroy()
    expect(await problemOf(receive(source, writer, PATIENT))).toEqual({ type: 'gone' })
    await writer.close()
  })

  test('faster than the disk waits for it, in bounded memory', async () => {
    let produced = 0
    const source = new Readable({
      read() {
        produced += 65_536
        this.push(produced > 64 * MEBIBYTE ? null : Buffer.alloc(65_536))
      },
    })
    const { gate, writer } = gated(await begin())
    const receiving = receive(source, writer, PATIENT)
    await once(source, 'pause')
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate)
    expect(produced).toBeLessThan(MEBIBYTE)
    gate.resolve()
    expect(await receiving).toBe(64 * MEBIBYTE)
    await writer.close()
  })

  test('into a full store fails as such, and leaves the request to be answered', async () => {
    const full = await openFilesystemBlobStore({ directory, minimumFreeBytes: Number.MAX_SAFE_INTEGER })
    const opened = await full.openUpload(full.startUpload('sha256'))
    if (opened.type === 'error') throw new Error(opened.error.type)
    const source = new PassThrough()
    const receiving = receive(source, opened.value, PATIENT)
    const flood = setInterval(() => source.write(Buffer.alloc(MEBIBYTE)), 1)
    await expect(receiving).rejects.toThrow(BlobStoreFullError)
    clearInterval(flood)
    expect(source.isPaused()).toBe(true)
    expect(source.destroyed).toBe(false)
    await opened.value.close()
  })
})

describe('over HTTP', () => {
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  const server = createServer((incoming, response) => void handle(incoming, response))
  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  const port = (): number => (server.address() as AddressInfo).port

  test('a client that leaves in the middle is gone, and what came is kept', async () => {
    const writer = await begin()
    const done = Promise.withResolvers<unknown>()
    handle = async (incoming) => done.resolve(await problemOf(receive(incoming, writer, PATIENT)))
    const socket = connect(port(), '127.0.0.1')
    socket.write('PATCH / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')
    socket.end(samplePart(0, 5000))
    socket.resume()
    expect(await done.promise).toEqual({ type: 'gone' })
    expect(await writer.checkpoint()).toMatchObject({ offset: 5000, digest: digestOf(samplePart(0, 5000)) })
    await writer.close()
  })

  test('a refusal in the middle of the body reaches the client', async () => {
    const writer = await begin()
    handle = async (incoming, response) => {
      const problem = await problemOf(receive(incoming, writer, { ...PATIENT, maximumBytes: 100_000 }))
      response.writeHead(413, { connection: 'close' }).end(JSON.stringify(problem))
    }
    const sending = request({ port: port(), method: 'PUT' })
    sending.on('error', () => {}) // the server stops reading: that is the point
    sending.write(Buffer.alloc(200_000))
    const [response]: IncomingMessage[] = await once(sending, 'response')
    expect(response?.statusCode).toBe(413)
    sending.destroy()
    await writer.close()
  })

  test('two bodies on one connection are two uploads', async () => {
    const uploads: Promise<unknown>[] = []
    handle = async (incoming, response) => {
      const writer = await begin()
      await receive(incoming, writer, PATIENT)
      uploads.push(writer.finish(digestOf(samplePart(0, 300_000))))
      await uploads.at(-1)
      response.end('done')
    }
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await fetch(`http://127.0.0.1:${port()}`, {
        method: 'PUT',
        body: samplePart(0, 300_000),
      })
      expect(await answer.text()).toBe('done')
    }
    expect(await Promise.all(uploads)).toMatchObject([{ type: 'ok' }, { type: 'ok' }])
  })
})

async function begin(): Promise<BlobWriter> {
  const opened = await store.openUpload(store.startUpload('sha256'))
  if (opened.type === 'error') throw new Error(opened.error.type)
  return opened.value
}

/** A writer that takes nothing until its gate opens. */
function gated(inner: BlobWriter): { gate: PromiseWithResolvers<void>; writer: BlobWriter } {
  const gate = Promise.withResolvers<void>()
  const append = async (chunk: Uint8Array): Promise<void> => {
    await gate.promise
    await inner.append(chunk)
  }
  const { checkpoint, finish, close } = inner
  return { gate, writer: { offset: 0, append, checkpoint, finish, close: close.bind(inner) } }
}

function inPieces(bytes: Buffer, size: number): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
  return Readable.from(pieces, { objectMode: false })
}

async function problemOf(receiving: Promise<number>): Promise<unknown> {
  const failure: unknown = await receiving.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (failure instanceof ReceiveError) return failure.problem
  throw new Error('it was received, or failed otherwise', { cause: failure })
}
