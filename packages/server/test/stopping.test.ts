/** How a server leaves: balancers hear of it first, what runs is let end, and no connection keeps it. */
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { converse, open, openConversation, statusesOf } from './raw.ts'
import { startServer, type Server } from './server.ts'

describe('a server that is told to stop', () => {
  let server: Server
  let closing: Promise<void> | undefined
  afterEach(() => closing ?? server.close())

  const get = (path: string, headers = '') =>
    `GET ${path} HTTP/1.1\r\nHost: ${server.authority}\r\n${headers}\r\n`
  const start = async (settings: Readonly<Record<string, string>>) => {
    closing = undefined
    server = await startServer({ settings })
  }
  const stop = () => {
    closing = server.close()
    return closing
  }

  it('says so where balancers ask, and still answers, ending each connection', async () => {
    await start({ WHARDEN_DRAIN_SECONDS: '1' })
    const before = await openConversation(server.port)
    expect(await before.request('GET /health/ready HTTP/1.1')).toBe(200)
    const stopped = stop()
    expect(await converse(server.port, get('/health/ready'))).toMatch(/^HTTP\/1\.1 503 /)
    expect(statusesOf(await converse(server.port, get('/health/live')))).toEqual([200])
    const answer = await converse(server.port, get('/v2/'))
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toMatch(/^connection: close\r$/im)
    // A connection from before is answered too, and then ended.
    expect(await before.request('GET /v2/ HTTP/1.1')).toBe(401)
    await expect(before.request('GET /v2/ HTTP/1.1')).rejects.toThrow('closed')
    await stopped
  })

  it('waits for a request that runs, and for no idle connection', async () => {
    await start({ WHARDEN_GRACE_SECONDS: '60' })
    const idle = await openConversation(server.port)
    await idle.request('GET /health/live HTTP/1.1')
    const busy = await open(server.port)
    let said = ''
    busy.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')))
    const body = '{"user":"nobody","password":"wrong wrong wrong"}'
    busy.write(
      `POST /api/v1/sessions HTTP/1.1\r\nHost: ${server.authority}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    // Surely read: answered on another connection after it.
    await idle.request('GET /health/live HTTP/1.1')
    const ended = once(busy, 'close')
    const stopped = stop()
    busy.write(body.slice(10))
    await ended
    expect(statusesOf(said)).toEqual([401])
    await stopped
  })

  it('cuts what does not end in time', async () => {
    await start({ WHARDEN_GRACE_SECONDS: '0' })
    const busy = await open(server.port)
    busy.write(
      `POST /api/v1/sessions HTTP/1.1\r\nHost: ${server.authority}\r\nContent-Length: 100\r\n\r\nhalf`,
    )
    expect(await converse(server.port, get('/health/live', 'Connection: close\r\n'))).toMatch(/ 200 /)
    await stop()
    if (!busy.closed) await once(busy, 'close')
  })
})

describe('a probe', () => {
  it('comes by address, so it needs no name of the server’s', async () => {
    const server = await startServer()
    const ask = (path: string) =>
      converse(server.port, `GET ${path} HTTP/1.1\r\nHost: 10.1.2.3:5000\r\nConnection: close\r\n\r\n`)
    expect(await ask('/health/live')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await ask('/health/ready')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await ask('/v2/')).toMatch(/^HTTP\/1\.1 421 /)
    await server.close()
  })
})
