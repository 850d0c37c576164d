/** An upload that a stopping server cuts off is as good as one whose client stopped: what arrived is kept. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { basic } from './client.ts'
import { ALL } from './fixtures.ts'
import { demand, newBlob } from './images.ts'
import { open } from './raw.ts'
import { startServer } from './server.ts'

const MEBIBYTE = 1024 * 1024

it('a body that was cut off by the end of its server is gone on with at the next', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-stopping-'))
  const settings = { WHARDEN_GRACE_SECONDS: '0' }
  const first = await startServer({ directory, settings })
  await first.organization('acme')
  const ci = await first.oat('acme', { '*': ALL })
  const blob = newBlob(4 * MEBIBYTE)
  const location = String(
    demand(await first.send('POST', '/v2/acme/app/blobs/uploads/', { as: ci }), 202).headers.location,
  )
  const socket = await open(first.port)
  socket.write(
    [
      `PATCH ${location} HTTP/1.1`,
      `Host: ${first.authority}`,
      `Authorization: ${basic(ci)}`,
      `Content-Length: ${blob.bytes.length}`,
      '\r\n',
    ].join('\r\n'),
  )
  socket.write(blob.bytes.subarray(0, 3 * MEBIBYTE))
  await expect.poll(() => bytesBelow(join(directory, 'blobs'))).toBeGreaterThanOrEqual(2 * MEBIBYTE)
  await first.close()

  const next = await startServer({ directory, settings })
  const status = demand(await next.send('GET', location, { as: ci }), 204)
  const received = Number(String(status.headers.range).split('-')[1]) + 1
  expect(received).toBeGreaterThanOrEqual(2 * MEBIBYTE)
  const rest = blob.bytes.subarray(received)
  demand(await next.send('PUT', `${location}?digest=${blob.digest}`, { as: ci, body: rest }), 201)
  await next.close()
  await rm(directory, { recursive: true, force: true })
})

async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
