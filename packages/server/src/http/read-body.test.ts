import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../errors.ts'
import { readBody } from './read-body.ts'

const LIMIT = 1_000
const PACE = { idleMilliseconds: 200, minimumBytesPerSecond: 1 }

describe('a small body', () => {
  /** Answers with what it read, or with the code of why it couldn't. */
  const server = createServer((request, response) => {
    readBody(request, LIMIT, PACE).then(
      (body) => response.end(`read ${body.length}`),
      (cause: unknown) => response.end(cause instanceof AppError ? cause.code : 'a defect'),
    )
  })
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  async function send(
    chunks: readonly string[],
    { length, ends = true }: { readonly length?: number; readonly ends?: boolean } = {},
  ) {
    // A TCP server listens on an address with a port.
    const { port } = server.address() as AddressInfo
    const headers = length === undefined ? {} : { 'content-length': String(length) }
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers })
    request.on('error', () => undefined)
    for (const chunk of chunks) request.write(chunk)
    if (ends) request.end()
    const [response] = await once(request, 'response')
    let text = ''
    for await (const chunk of response) text += String(chunk)
    request.destroy()
    return text
  }

  it.each([
    ['nothing', [], undefined, 'read 0'],
    ['one piece', ['x'.repeat(10)], undefined, 'read 10'],
    ['several', ['ab', 'cd', 'e'], 5, 'read 5'],
    ['as much as may be', ['x'.repeat(LIMIT)], LIMIT, 'read 1000'],
    ['a byte more, said', ['x'.repeat(LIMIT + 1)], LIMIT + 1, 'too-large'],
    ['a byte more, not said', ['x'.repeat(LIMIT), 'x'], undefined, 'too-large'],
  ])('%s', async (_what, chunks, length, said) => {
    expect(await send(chunks, length === undefined ? {} : { length })).toBe(said)
  })

  it('more than may be, said and never sent, is refused at once', async () => {
    expect(await send(['x'], { length: 10 ** 12, ends: false })).toBe('too-large')
  })

  it('that stops in the middle is given up, and its sender hears of it', async () => {
    expect(await send(['x'], { length: 10, ends: false })).toBe('invalid')
  })
})
