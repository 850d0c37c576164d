/** Uploads belong to no replica: begun at one, gone on with at another, whatever becomes of the first. */
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectTo, type Connection } from '../../../packages/server/test/connect-to.ts'
import { basic, type Answer } from '../../../packages/server/test/client.ts'
import { demand, newBlob, type Content } from '../../../packages/server/test/images.ts'
import { open } from '../../../packages/server/test/raw.ts'
import { describeWith } from '../../support/describe-with.ts'
import { openCompany, type Company } from './company.ts'

const MEBIBYTE = 1024 * 1024

describeWith([], 'an upload', () => {
  let company: Company
  let database: Connection

  beforeAll(async () => {
    company = await openCompany({ count: 3 })
    database = await connectTo(company.replicas.postgres?.url)
  })
  afterAll(async () => {
    await database?.end()
    await company?.close()
  })

  const send = (
    at: number,
    method: string,
    path: string,
    body?: Uint8Array,
    range?: string,
  ): Promise<Answer> =>
    company.send(at, method, path, {
      as: company.robot,
      ...(body !== undefined && { body }),
      ...(range !== undefined && { headers: { 'content-range': range } }),
    })
  const begin = async (at: number): Promise<string> =>
    String(demand(await send(at, 'POST', '/v2/acme/app/blobs/uploads/'), 202).headers.location)
  const received = async (at: number, location: string): Promise<number> =>
    rangeEnd(demand(await send(at, 'GET', location), 204))
  const pulled = async (at: number, blob: Content) =>
    demand(await send(at, 'GET', `/v2/acme/app/blobs/${blob.digest}`), 200).body.equals(blob.bytes)
  /** Bytes that a replica's process has read so far: from sockets and files. */
  const hasRead = (at: number): number =>
    Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pidOf(at)}/io`, 'utf8'))?.[1])
  const pidOf = (at: number): number => company.replica(at).launched().daemon.pid

  /** A request whose body stops after `sent` bytes; resolves once the replica has read them. */
  async function stall(
    at: number,
    method: string,
    path: string,
    body: Uint8Array,
    sent: number,
  ): Promise<Socket> {
    const before = hasRead(at)
    const socket = await open(company.replica(at).port)
    const head = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${company.replicas.host}`,
      `Authorization: ${basic(company.robot)}`,
      `Content-Length: ${body.length}`,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket.write(body.subarray(0, sent))
    await expect.poll(() => hasRead(at) - before, { timeout: 30_000 }).toBeGreaterThanOrEqual(sent)
    return socket
  }

  it('moves with every request: begun here, gone on with there and back, ended elsewhere', async () => {
    const blob = newBlob(3 * MEBIBYTE)
    const location = await begin(0)
    for (const [n, at] of [0, 1, 0].entries()) {
      const part = blob.bytes.subarray(n * MEBIBYTE, (n + 1) * MEBIBYTE)
      const range = `${n * MEBIBYTE}-${(n + 1) * MEBIBYTE - 1}`
      const answer = demand(await send(at, 'PATCH', location, part, range), 202)
      expect(rangeEnd(answer)).toBe((n + 1) * MEBIBYTE)
    }
    demand(await send(2, 'PUT', `${location}?digest=${blob.digest}`), 201)
    for (const at of [0, 1, 2]) expect(await pulled(at, blob)).toBe(true)
  })

  it('is ended by another replica without a byte of it being read again, and gone on with where it is at home', async () => {
    const blob = newBlob(64 * MEBIBYTE)
    const half = blob.bytes.length / 2
    const location = await begin(0)
    demand(await send(0, 'PATCH', location, blob.bytes.subarray(0, half)), 202)
    const [home, other] = [hasRead(0), hasRead(1)]
    demand(await send(0, 'PATCH', location, blob.bytes.subarray(half)), 202)
    demand(await send(1, 'PUT', `${location}?digest=${blob.digest}`), 201)
    expect(hasRead(0) - home).toBeLessThan(half + 8 * MEBIBYTE)
    expect(hasRead(1) - other).toBeLessThan(8 * MEBIBYTE)
    expect(await pulled(2, blob)).toBe(true)
  })

  it('is read once, and no more, by a replica that adds to what another has begun', async () => {
    const blob = newBlob(32 * MEBIBYTE)
    const half = blob.bytes.length / 2
    const location = await begin(0)
    demand(await send(0, 'PATCH', location, blob.bytes.subarray(0, half)), 202)
    const before = hasRead(1)
    demand(await send(1, 'PATCH', location, blob.bytes.subarray(half)), 202)
    demand(await send(1, 'PUT', `${location}?digest=${blob.digest}`), 201)
    expect(hasRead(1) - before).toBeLessThan(blob.bytes.length + 8 * MEBIBYTE)
    expect(await pulled(2, blob)).toBe(true)
  })

  it('is told where it stands when a part comes for another place', async () => {
    const location = await begin(0)
    demand(await send(0, 'PATCH', location, Buffer.alloc(1_000), '0-999'), 202)
    const answer = demand(await send(1, 'PATCH', location, Buffer.alloc(500), '500-999'), 416)
    expect(rangeEnd(answer)).toBe(1_000)
    expect(answer.headers.location).toBe(location)
  })

  it('goes on from the stated place after its replica was killed in the middle of a body', async () => {
    const blob = newBlob(8 * MEBIBYTE)
    const location = await begin(0)
    demand(await send(0, 'PATCH', location, blob.bytes.subarray(0, 2 * MEBIBYTE)), 202)
    await stall(0, 'PATCH', location, blob.bytes.subarray(2 * MEBIBYTE), 3 * MEBIBYTE)
    await company.replica(0).kill()
    const stands = await received(1, location)
    expect(stands).toBe(2 * MEBIBYTE)
    // The dead one's lease runs for some seconds more: until then the client is told to wait, and for how long.
    const rest = blob.bytes.subarray(stands)
    const held = demand(await send(1, 'PATCH', location, rest), 409)
    expect(Number(held.headers['retry-after'])).toBeLessThanOrEqual(15)
    await expect
      .poll(async () => (await send(1, 'PATCH', location, rest)).status, { timeout: 30_000, interval: 1_000 })
      .toBe(202)
    demand(await send(2, 'PUT', `${location}?digest=${blob.digest}`), 201)
    await company.replica(0).start()
    expect(await pulled(0, blob)).toBe(true)
  })

  it('takes one of two bodies that come to two replicas at once, and tells the other', async () => {
    for (let time = 0; time < 10; time += 1) {
      const blob = newBlob(2 * MEBIBYTE)
      const location = await begin(0)
      const answers = await Promise.all(
        [0, 1].map((at) => send(at, 'PATCH', location, blob.bytes, `0-${blob.bytes.length - 1}`)),
      )
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      expect(statuses[0]).toBe(202)
      expect([409, 416]).toContain(statuses[1])
      expect(await received(2, location)).toBe(blob.bytes.length)
      demand(await send(2, 'PUT', `${location}?digest=${blob.digest}`), 201)
      expect(await pulled(1, blob)).toBe(true)
    }
  })

  it.each(['PATCH', 'PUT'] as const)(
    'is safe from an owner that was stopped past its lease in the middle of a %s, and wakes',
    async (method) => {
      const blob = newBlob(6 * MEBIBYTE)
      const half = blob.bytes.length / 2
      const location = await begin(0)
      demand(await send(0, 'PATCH', location, blob.bytes.subarray(0, half)), 202)
      const target = method === 'PUT' ? `${location}?digest=${blob.digest}` : location
      const socket = await stall(0, method, target, blob.bytes.subarray(half), MEBIBYTE)
      process.kill(pidOf(0), 'SIGSTOP')
      try {
        // As if the time had passed.
        await database.query('UPDATE upload SET lease_until = 0')
        demand(await send(1, 'PATCH', location, blob.bytes.subarray(half)), 202)
        socket.write(blob.bytes.subarray(half + MEBIBYTE))
      } finally {
        process.kill(pidOf(0), 'SIGCONT')
      }
      const [said] = await once(socket, 'data')
      expect(String(said)).toMatch(/^HTTP\/1\.1 4\d\d /)
      demand(await finish(location, blob), 201)
      for (const at of [0, 1, 2]) expect(await pulled(at, blob)).toBe(true)
    },
  )

  /** The stale owner may hold the lease again for the moment that its request takes to end. */
  async function finish(location: string, blob: Content): Promise<Answer> {
    for (;;) {
      const answer = await send(2, 'PUT', `${location}?digest=${blob.digest}`)
      if (answer.status !== 409) return answer
    }
  }
})

function rangeEnd({ headers }: Answer): number {
  const [, last] = String(headers.range).split('-')
  return Number(last) + 1
}
