/** Below the free-space mark nothing comes in, and all that takes rights away or frees space still works. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ALL, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage, type Content } from './images.ts'
import { startServer, type Server } from './server.ts'

let directory: string
let server: Server
let ci: Issued
let layer: Content
let started: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-full-'))
  const before = await startServer({ directory })
  await before.organization('acme')
  ci = await before.oat('acme', { '*': ALL })
  ;({ layer } = await pushImage(before, 'acme/app', { as: ci, tag: 'v1' }))
  started = String(
    demand(await before.send('POST', '/v2/acme/app/blobs/uploads/', { as: ci }), 202).headers.location,
  )
  await before.close()
  // A mark no disk reaches.
  server = await startServer({
    directory,
    settings: { WHARDEN_MINIMUM_FREE_BYTES: String(Number.MAX_SAFE_INTEGER) },
  })
})

afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

it.each(['', `?digest=${newBlob().digest}`])('no upload begins (%s)', async (query) => {
  const answer = await server.send('POST', `/v2/acme/app/blobs/uploads/${query}`, {
    as: ci,
    body: newBlob().bytes,
  })
  expect(answer).toMatchObject({ status: 507, json: { errors: [{ code: 'UNAVAILABLE' }] } })
  expect(answer.json.errors[0].message).toContain('space')
})

it.each(['PATCH', 'PUT'])('none that was begun goes on (%s)', async (method) => {
  const blob = newBlob()
  const answer = await server.send(method, `${started}?digest=${blob.digest}`, { as: ci, body: blob.bytes })
  expect(answer).toMatchObject({ status: 507 })
})

it('pulling, listing and mounting go on', async () => {
  for (const path of ['manifests/v1', `blobs/${layer.digest}`, 'tags/list'])
    demand(await server.send('GET', `/v2/acme/app/${path}`, { as: ci }), 200)
  const mount = `/v2/acme/copy/blobs/uploads/?mount=${layer.digest}&from=acme/app`
  demand(await server.send('POST', mount, { as: ci }), 201)
})

it('so do cancelling and deleting', async () => {
  demand(await server.send('DELETE', started, { as: ci }), 204)
  demand(await server.send('DELETE', '/v2/acme/app/manifests/v1', { as: ci }), 202)
})

it('and tokens, and revoking them', async () => {
  const who = await server.oat('acme', { '*': ALL })
  const token = await server.token({ as: who, scope: 'repository:acme/app:pull' })
  demand(await server.send('GET', '/v2/acme/app/tags/list', { token }), 200)
  await server.revoke(who)
  expect(await server.send('GET', '/v2/acme/app/tags/list', { token })).toMatchObject({ status: 401 })
})
