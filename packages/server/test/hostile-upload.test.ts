/** Uploads that lie, dawdle, break off, or are larger than they may be: the right answer, in bounded time, and nothing kept. */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { basic, type Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { content, demand, image, newBlob, pushBlob, putManifest } from './images.ts'
import { converse, open, openConversation, statusesOf } from './raw.ts'

const MIB = 1024 * 1024
const MANIFEST_LIMIT = 4 * MIB

describeServer(
  'hostile uploads',
  (server) => {
    let ci: Issued
    beforeAll(async () => {
      await server().organization('acme')
      ci = await server().oat('acme', { '*': ALL })
      demand(await pushBlob(server(), 'acme/app', content('{}'), { as: ci }), 201)
    })

    const send = (method: string, path: string, sent: Sent = {}) =>
      server().send(method, path, { as: ci, ...sent })
    const openUpload = async (): Promise<string> =>
      String(demand(await send('POST', '/v2/acme/app/blobs/uploads/'), 202).headers.location)
    const head = (line: string, headers: Readonly<Record<string, string>> = {}, as = ci): string =>
      [
        `${line} HTTP/1.1`,
        `Host: ${server().authority}`,
        `Authorization: ${basic(as)}`,
        ...Object.entries(headers).map((pair) => pair.join(': ')),
        '',
        '',
      ].join('\r\n')

    describe('manifests', () => {
      /** A manifest of exactly so many bytes. */
      function manifestOf(size: number) {
        const bare = image({ extra: { annotations: { pad: '' } } })
        return image({ extra: { annotations: { pad: 'x'.repeat(size - bare.bytes.length) } } })
      }

      it('of exactly 4 MiB are taken', async () => {
        const manifest = manifestOf(MANIFEST_LIMIT)
        expect(manifest.bytes.length).toBe(MANIFEST_LIMIT)
        demand(await putManifest(server(), 'acme/app', manifest, { as: ci, tag: 'big' }), 201)
        const pulled = await send('GET', '/v2/acme/app/manifests/big')
        expect(pulled.body.equals(manifest.bytes)).toBe(true)
      })

      it.each([
        ['one byte more', MANIFEST_LIMIT + 1, false],
        ['one byte more, without a length', MANIFEST_LIMIT + 1, true],
        ['much more', 7 * MIB, false],
        ['much more, without a length', 7 * MIB, true],
      ])('of %s are 413, and the client hears it', async (_what, size, chunked) => {
        const body = {
          body: Buffer.alloc(size, ' '),
          headers: { 'content-type': image().mediaType },
          chunked,
        }
        const answer = await send('PUT', '/v2/acme/app/manifests/huge', body)
        expect(answer).toMatchObject({ status: 413, json: { errors: [{ code: 'SIZE_INVALID' }] } })
        demand(await send('GET', '/v2/acme/app/tags/list'), 200)
      })

      it('without end are cut off', async () => {
        const line = head('PUT /v2/acme/app/manifests/endless', {
          'Content-Type': image().mediaType,
          'Transfer-Encoding': 'chunked',
        })
        const { said, sent } = await pour(line, '10000\r\n' + 'x'.repeat(0x10000) + '\r\n', 1024 * MIB)
        expect(statusesOf(said)).toEqual([413])
        expect(sent).toBeLessThan(512 * MIB)
      })

      it('that stop in the middle are given up', async () => {
        const began = performance.now()
        const line = head('PUT /v2/acme/app/manifests/slow', {
          'Content-Type': image().mediaType,
          'Content-Length': '100',
        })
        const said = await converse(server().port, `${line}{"a`, { patience: 15_000 })
        expect(statusesOf(said)).toEqual([400])
        expect(performance.now() - began).toBeLessThan(10_000)
      })
    })

    describe('blobs', () => {
      it('that stop in the middle are given up, what came is kept, and the client can go on', async () => {
        const blob = newBlob(100)
        const location = await openUpload()
        const began = performance.now()
        const line = head(`PATCH ${location}`, { 'Content-Length': '100' })
        const said = await converse(
          server().port,
          Buffer.concat([Buffer.from(line), blob.bytes.subarray(0, 40)]),
          { patience: 15_000 },
        )
        expect(statusesOf(said)).toEqual([400])
        expect(said).toContain('BLOB_UPLOAD_INVALID')
        expect(performance.now() - began).toBeLessThan(10_000)
        expect(demand(await send('GET', location), 204).headers.range).toBe('0-39')
        demand(await send('PATCH', location, { body: blob.bytes.subarray(40) }), 202)
        demand(await send('PUT', `${location}?digest=${blob.digest}`), 201)
      })

      it('whose connection breaks leave nothing that counts', async () => {
        const location = await openUpload()
        const socket = await open(server().port)
        socket.write(head(`PATCH ${location}`, { 'Content-Length': '1000000' }))
        socket.write(Buffer.alloc(1_000))
        await pause(50)
        socket.destroy()
        const blob = newBlob()
        demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
      })

      it.each([
        ['a chunk that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
        ['a chunk below nothing', '-1\r\nabc\r\n0\r\n\r\n'],
        ['a chunk beyond measure', 'FFFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n'],
        ['a chunk that is longer than it says', '3\r\nabcdef\r\n0\r\n\r\n'],
      ])('%s ends the request, and publishes nothing', async (_what, body) => {
        const location = await openUpload()
        const { digest } = content('abc')
        const line = head(`PUT ${location}?digest=${digest}`, { 'Transfer-Encoding': 'chunked' })
        const said = await converse(server().port, line + body)
        expect(statusesOf(said).every((status) => status === 400)).toBe(true)
        expect((await send('HEAD', `/v2/acme/app/blobs/${digest}`)).status).toBe(404)
      })

      it('longer than their length: the rest is no request', async () => {
        const blob = content('abc')
        const location = await openUpload()
        const line = head(`PUT ${location}?digest=${blob.digest}`, { 'Content-Length': '3' })
        const said = await converse(server().port, `${line}abcdef\r\n\r\n`)
        expect([[400], [201, 400]]).toContainEqual(statusesOf(said))
      })

      it('shorter than their length', async () => {
        const blob = content('abcdef')
        const location = await openUpload()
        const line = head(`PUT ${location}?digest=${blob.digest}`, { 'Content-Length': '7' })
        await converse(server().port, `${line}abcdef`, { halfClose: true })
        expect((await send('HEAD', `/v2/acme/app/blobs/${blob.digest}`)).status).toBe(404)
        const { range } = demand(await send('GET', location), 204).headers
        expect(['0-0', '0-5']).toContain(range)
      })

      it.each([
        ['more', '0-9', 4],
        ['less', '0-1', 4],
      ])('a Content-Range of %s than comes is 416, and nothing is taken', async (_what, range, length) => {
        const location = await openUpload()
        const answer = await send('PATCH', location, {
          body: 'x'.repeat(length),
          headers: { 'content-range': range },
        })
        expect(answer).toMatchObject({ status: 416, headers: { location } })
        expect(demand(await send('GET', location), 204).headers.range).toBe('0-0')
      })

      it.each([
        ['more', '0-9', 4],
        ['less', '0-1', 4],
      ])('nor without a length: a Content-Range of %s', async (_what, range, length) => {
        const location = await openUpload()
        const answer = await send('PATCH', location, {
          body: 'x'.repeat(length),
          headers: { 'content-range': range },
          chunked: true,
        })
        expect([400, 416]).toContain(answer.status)
      })

      it.each(['0-0', '5-5', '0-99999999999999'])('a Content-Range of %s with nothing', async (range) => {
        const location = await openUpload()
        const answer = await send('PATCH', location, { body: '', headers: { 'content-range': range } })
        expect([400, 416]).toContain(answer.status)
      })
    })

    describe('a refusal while the client still sends', () => {
      it('is heard by a client that writes everything before it reads, and the connection goes on', async () => {
        const reader = await server().oat('acme', { '*': READ })
        const conversation = await openConversation(server().port)
        const body = 'x'.repeat(5 * MIB)
        const headers = { Authorization: basic(reader), 'Content-Length': String(body.length) }
        expect(
          await conversation.request('PATCH /v2/acme/app/blobs/uploads/none HTTP/1.1', headers, body),
        ).toBe(403)
        expect(await conversation.request('GET /v2/ HTTP/1.1', { Authorization: basic(reader) })).toBe(200)
        conversation.close()
      })

      it('ends the connection of one that never stops', async () => {
        const reader = await server().oat('acme', { '*': READ })
        const line = head(
          'PATCH /v2/acme/app/blobs/uploads/none',
          { 'Content-Length': String(1024 * MIB) },
          reader,
        )
        const { said, sent } = await pour(line, 'x'.repeat(0x10000), 1024 * MIB)
        expect(statusesOf(said)).toEqual([403])
        expect(sent).toBeLessThan(512 * MIB)
      })

      it('ends the connection of one that falls silent', async () => {
        const reader = await server().oat('acme', { '*': READ })
        const began = performance.now()
        const line = head('PATCH /v2/acme/app/blobs/uploads/none', { 'Content-Length': '1000' }, reader)
        const said = await converse(server().port, `${line}abc`, { patience: 15_000 })
        expect(statusesOf(said)).toEqual([403])
        expect(performance.now() - began).toBeLessThan(6_000)
      })
    })

    describe('an answer nobody takes', () => {
      const SIZE = 32 * MIB
      const ask = async (path: string) => {
        const socket = await open(server().port)
        socket.pause()
        socket.write(head(`GET ${path}`))
        return socket
      }
      const take = (socket: Socket): Promise<number> =>
        new Promise((resolve) => {
          let taken = 0
          socket.on('data', (chunk: Buffer) => (taken += chunk.length))
          socket.on('close', () => resolve(taken))
          socket.resume()
        })

      it('is cut off; one that is taken slowly is not', async () => {
        const blob = newBlob(SIZE)
        demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
        const path = `/v2/acme/app/blobs/${blob.digest}`
        const [stalled, slow] = [await ask(path), await ask(path)]
        let slowly = 0
        slow.on('data', (chunk: Buffer) => (slowly += chunk.length))
        // Nothing for four seconds from the one, a little every quarter of a second from the other.
        for (let n = 0; n < 16; n += 1) {
          slow.resume()
          await pause(10)
          slow.pause()
          await pause(240)
        }
        expect(await take(stalled)).toBeLessThan(SIZE)
        slow.resume()
        await expect.poll(() => slowly, { timeout: 10_000 }).toBeGreaterThan(SIZE)
        slow.destroy()
      })
    })

    it.each([
      ['a form', 65 * 1024, false],
      ['a form without a length', 65 * 1024, true],
    ])('%s for a token of more than 64 KiB is 413', async (_what, size, chunked) => {
      const body = `grant_type=password&username=acme&password=${'x'.repeat(size)}`
      expect(await server().send('POST', '/token', { body, chunked })).toMatchObject({
        status: 413,
        json: { errors: [{ code: 'SIZE_INVALID' }] },
      })
    })

    it('headers of more than 24 KiB are 431', async () => {
      const line = `GET /v2/ HTTP/1.1\r\nHost: ${server().authority}\r\nX-Much: ${'x'.repeat(25 * 1024)}\r\n\r\n`
      expect(statusesOf(await converse(server().port, line))).toEqual([431])
    })

    it('an address of more than 24 KiB is 431, and of a little less an answer', async () => {
      const ask = (length: number) =>
        converse(
          server().port,
          `GET /v2/${'a'.repeat(length)}/tags/list HTTP/1.1\r\nHost: ${server().authority}\r\nConnection: close\r\n\r\n`,
        )
      expect(statusesOf(await ask(25 * 1024))).toEqual([431])
      expect(statusesOf(await ask(20 * 1024))).toEqual([400])
    })

    /** Sends a chunk over and over until the server has had enough. */
    async function pour(start: string, chunk: string, most: number) {
      const socket = await open(server().port)
      const heard: Buffer[] = []
      socket.on('data', (data: Buffer) => void heard.push(data))
      // Listened for once, not once for each chunk.
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.write(start)
      let sent = 0
      while (sent < most && !socket.destroyed) {
        await Promise.race([closed, new Promise<void>((resolve) => socket.write(chunk, () => resolve()))])
        sent += chunk.length
      }
      socket.destroy()
      return { said: Buffer.concat(heard).toString('latin1'), sent }
    }
  },
  { settings: { WHARDEN_UPLOAD_IDLE_SECONDS: '1' } },
)
