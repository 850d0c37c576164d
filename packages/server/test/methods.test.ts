/** Every method there is on every route there is: what isn't meant is 405, and never some default act (peers.md row 10). */
import { METHODS } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage, type Content, type Document } from './images.ts'
import { converse, statusesOf } from './raw.ts'

const ALLOWED: Readonly<Record<string, string>> = {
  '/v2': 'GET, HEAD',
  '/v2/': 'GET, HEAD',
  '/v2/_catalog': 'GET',
  '/v2/acme/app/tags/list': 'GET',
  '/v2/acme/app/manifests/v1': 'GET, HEAD, PUT, DELETE',
  '/v2/acme/app/manifests/MANIFEST': 'GET, HEAD, PUT, DELETE',
  '/v2/acme/app/blobs/LAYER': 'GET, HEAD, DELETE',
  '/v2/acme/app/referrers/MANIFEST': 'GET',
  '/v2/acme/app/blobs/uploads/': 'POST',
  '/v2/acme/app/blobs/uploads': 'POST',
  '/v2/acme/app/blobs/uploads/UPLOAD': 'GET, PATCH, PUT, DELETE',
  '/token': 'GET, POST',
  '/health/live': 'GET, HEAD',
  '/health/ready': 'GET, HEAD',
}

/** Node answers CONNECT by itself: see below. */
const EVERY = METHODS.filter((method) => method !== 'CONNECT')

describeServer('methods', (server) => {
  let ci: Issued
  let manifest: Document
  let layer: Content
  let upload: string

  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    ;({ manifest, layer } = await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' }))
    const opened = await server().send('POST', '/v2/acme/app/blobs/uploads/', { as: ci })
    upload = String(opened.headers['docker-upload-uuid'])
  })

  const real = (path: string): string =>
    path.replace('MANIFEST', manifest.digest).replace('LAYER', layer.digest).replace('UPLOAD', upload)

  describe.each(Object.entries(ALLOWED))('%s', (path, allow) => {
    const methods = EVERY.filter((method) => !allow.split(', ').includes(method))

    it('refuses all but what it takes, says what that is, and does nothing', async () => {
      for (const method of methods) {
        const answer = await server().send(method, real(path), { as: ci, body: 'x' })
        expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow])
        if (path.startsWith('/v2') && method !== 'HEAD')
          expect(answer.json.errors[0]).toMatchObject({ code: 'UNSUPPORTED' })
      }
      for (const there of ['manifests/v1', `manifests/${manifest.digest}`, `blobs/${layer.digest}`])
        demand(await server().send('GET', `/v2/acme/app/${there}`, { as: ci }), 200)
      demand(await server().send('GET', real('/v2/acme/app/blobs/uploads/UPLOAD'), { as: ci }), 204)
    })
  })

  it.each([
    ['GET', '/v2', 200],
    ['HEAD', '/v2/', 200],
    ['GET', '/v2/_catalog', 200],
    ['GET', '/v2/acme/app/tags/list', 200],
    ['GET', '/v2/acme/app/manifests/v1', 200],
    ['HEAD', '/v2/acme/app/manifests/v1', 200],
    ['PUT', '/v2/acme/app/manifests/v1', 400],
    ['GET', '/v2/acme/app/blobs/LAYER', 200],
    ['HEAD', '/v2/acme/app/blobs/LAYER', 200],
    ['GET', '/v2/acme/app/referrers/MANIFEST', 200],
    ['POST', '/v2/acme/app/blobs/uploads/', 202],
    ['GET', '/v2/acme/app/blobs/uploads/UPLOAD', 204],
    ['PATCH', '/v2/acme/app/blobs/uploads/UPLOAD', 202],
    ['PUT', '/v2/acme/app/blobs/uploads/UPLOAD', 400],
    ['DELETE', '/v2/acme/app/blobs/uploads/UPLOAD', 204],
    ['DELETE', '/v2/acme/app/manifests/v1', 202],
    ['DELETE', '/v2/acme/app/manifests/MANIFEST', 202],
    ['DELETE', '/v2/acme/app/blobs/LAYER', 202],
    ['GET', '/token', 200],
    ['POST', '/token', 400],
    ['GET', '/health/live', 200],
    ['HEAD', '/health/live', 200],
    ['GET', '/health/ready', 200],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await server().send(method, real(path), { as: ci })).status).toBe(status)
  })

  it.each([
    '/v2/acme',
    '/v2/acme/app',
    '/v2/acme/app/',
    '/v2/_catalog/',
    '/v2//',
    '/v3/',
    '/tokens',
    '/metrics',
  ])('%s is no endpoint: 404 whatever the method', async (path) => {
    // QUERY must say what type its body is, and is refused before (RFC 10008 §2).
    for (const method of EVERY.filter((one) => one !== 'QUERY'))
      expect([method, (await server().send(method, path, { as: ci })).status]).toEqual([method, 404])
  })

  it.each([
    ['a method nobody knows', 'FETCH /v2/ HTTP/1.1'],
    ['lower case', 'get /v2/ HTTP/1.1'],
    ['none', ' /v2/ HTTP/1.1'],
  ])('%s is 400', async (_what, line) => {
    const said = await converse(server().port, `${line}\r\nHost: ${server().authority}\r\n\r\n`)
    expect(statusesOf(said)).toEqual([400])
  })

  it('nobody gets a tunnel', async () => {
    const said = await converse(
      server().port,
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
    )
    expect(said).not.toMatch(/^HTTP\/1\.1 2/)
  })

  it('a method in a header or in the query is not heeded', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' }
    const { manifest: kept } = await pushImage(server(), 'acme/kept', { as: ci, tag: 'v1' })
    const path = `/v2/acme/kept/manifests/${kept.digest}?_method=DELETE`
    demand(await server().send('GET', path, { as: ci, headers }), 200)
    demand(await server().send('GET', path, { as: ci, headers }), 200)
    expect(await server().send('POST', path, { as: ci, headers, body: newBlob().bytes })).toMatchObject({
      status: 405,
    })
  })
})
