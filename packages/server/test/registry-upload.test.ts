/** OCI distribution 1.1, "Push": every way a blob can come. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push */
import { parseDigest } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, required, type Issued } from './fixtures.ts'
import { demand, digestOf, newBlob, pushBlob, type Content } from './images.ts'
import { hangUp } from './raw.ts'
import type { Server } from './server.ts'

const SIZE = 100_000
const UPLOADS = '/v2/acme/app/blobs/uploads/'

describeOnEachDatabase('uploads', (server) => {
  let ci: Issued
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
  })

  const send = (method: string, path: string, sent: Sent = {}) =>
    server().send(method, path, { as: ci, ...sent })

  async function open(path = UPLOADS): Promise<string> {
    return demand(await send('POST', path), 202).headers.location ?? ''
  }

  async function expectWhole({ bytes, digest }: Content): Promise<void> {
    const pulled = await send('GET', `/v2/acme/app/blobs/${digest}`)
    expect(pulled.status).toBe(200)
    expect(pulled.body.equals(bytes)).toBe(true)
  }

  describe('in one go', () => {
    it.each([
      ['POST, then PUT', 'sha256', {}],
      ['POST, then PUT of a sha512', 'sha512', {}],
      ['POST, then PUT without a length', 'sha256', { chunked: true }],
      ['POST, then PUT as octets', 'sha256', { headers: { 'content-type': 'application/octet-stream' } }],
    ] as const)('%s', async (_what, algorithm, sent) => {
      const blob = newBlob(SIZE, algorithm)
      const done = await send('PUT', `${await open()}?digest=${blob.digest}`, { body: blob.bytes, ...sent })
      expect(done).toMatchObject({
        status: 201,
        headers: { location: `/v2/acme/app/blobs/${blob.digest}`, 'docker-content-digest': blob.digest },
      })
      await expectWhole(blob)
    })

    it.each(['sha256', 'sha512'] as const)('POST with the blob, %s', async (algorithm) => {
      const blob = newBlob(SIZE, algorithm)
      const done = await send('POST', `${UPLOADS}?digest=${blob.digest}`, { body: blob.bytes })
      expect(done).toMatchObject({
        status: 201,
        headers: { location: `/v2/acme/app/blobs/${blob.digest}`, 'docker-content-digest': blob.digest },
      })
      await expectWhole(blob)
    })

    it('a blob of no bytes', async () => {
      const blob = newBlob(0)
      demand(await send('PUT', `${await open()}?digest=${blob.digest}`), 201)
      await expectWhole(blob)
      expect(await send('HEAD', `/v2/acme/app/blobs/${blob.digest}`)).toMatchObject({
        status: 200,
        headers: { 'content-length': '0' },
      })
    })

    it('a digest whose colon is escaped', async () => {
      const blob = newBlob()
      const digest = encodeURIComponent(blob.digest)
      demand(await send('PUT', `${await open()}?digest=${digest}`, { body: blob.bytes }), 201)
      demand(await send('GET', `/v2/acme/app/blobs/${digest}`), 200)
    })

    it('again, where it is already', async () => {
      const blob = newBlob()
      demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
      demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
      await expectWhole(blob)
    })
  })

  describe('in chunks', () => {
    it.each([
      ['by Content-Range', true, 'sha256'],
      ['without, as docker does', false, 'sha256'],
      ['of a sha512', true, 'sha512'],
    ] as const)('%s', async (_what, ranged, algorithm) => {
      const blob = newBlob(SIZE, algorithm)
      const location = await open()
      for (const [start, end] of [
        [0, 40_000],
        [40_000, 40_001],
        [40_001, SIZE],
      ] as const) {
        const headers = ranged ? { 'content-range': `${start}-${end - 1}` } : {}
        const chunk = await send('PATCH', location, { body: blob.bytes.subarray(start, end), headers })
        expect(chunk).toMatchObject({ status: 202, headers: { location, range: `0-${end - 1}` } })
      }
      demand(await send('PUT', `${location}?digest=${blob.digest}`), 201)
      await expectWhole(blob)
    })

    it('the last of them with the PUT', async () => {
      const blob = newBlob(SIZE)
      const location = await open()
      demand(await send('PATCH', location, { body: blob.bytes.subarray(0, 10), chunked: true }), 202)
      const headers = { 'content-range': `10-${SIZE - 1}` }
      const last = { body: blob.bytes.subarray(10), headers }
      demand(await send('PUT', `${location}?digest=${blob.digest}`, last), 201)
      await expectWhole(blob)
    })

    it.each([
      ['a gap', '11-20'],
      ['an overlap', '9-18'],
      ['a repeat', '0-9'],
    ])('%s is 416, and says how far it came', async (_what, range) => {
      const blob = newBlob(20)
      const location = await open()
      demand(await send('PATCH', location, { body: blob.bytes.subarray(0, 10) }), 202)
      const answer = await send('PATCH', location, {
        body: newBlob(10).bytes,
        headers: { 'content-range': range },
      })
      expect(answer).toMatchObject({ status: 416, headers: { location, range: '0-9' } })
      expect(answer.json.errors[0].code).toBe('RANGE_INVALID')
      demand(await send('PATCH', location, { body: blob.bytes.subarray(10) }), 202)
      demand(await send('PUT', `${location}?digest=${blob.digest}`), 201)
    })

    it.each(['bytes 0-9/10', '9-0', '0-', 'abc', '-1-3', '0-9999999999999999'])(
      'a Content-Range of `%s` is 416',
      async (range) => {
        const location = await open()
        const answer = await send('PATCH', location, {
          body: '0123456789',
          headers: { 'content-range': range },
        })
        expect(answer.status).toBe(416)
      },
    )
  })

  describe('status and going on', () => {
    it('says how many bytes are safe', async () => {
      const location = await open()
      expect(await send('GET', location)).toMatchObject({ status: 204, headers: { location, range: '0-0' } })
      demand(await send('PATCH', location, { body: newBlob(500).bytes }), 202)
      const status = await send('GET', location)
      expect(status).toMatchObject({ status: 204, headers: { location, range: '0-499' } })
      expect(status.headers['docker-upload-uuid']).toBe(location.split('/').at(-1))
    })

    it('a client that was cut off asks how far it came, and goes on from there', async () => {
      const blob = newBlob(SIZE)
      const location = await open()
      demand(await send('PATCH', location, { body: blob.bytes.subarray(0, 30_000) }), 202)
      await hangUp(server().port, 'PATCH', location, ci, {
        declared: SIZE - 30_000,
        body: blob.bytes.subarray(30_000, 60_000),
      })
      const at = await settled(location)
      // Of what was never acknowledged, all may be lost.
      expect(at).toBeGreaterThanOrEqual(30_000)
      expect(at).toBeLessThanOrEqual(60_000)
      const headers = { 'content-range': `${at}-${SIZE - 1}` }
      demand(await send('PATCH', location, { body: blob.bytes.subarray(at), headers }), 202)
      demand(await send('PUT', `${location}?digest=${blob.digest}`), 201)
      await expectWhole(blob)
    })

    it('a PUT that was cut off can be sent again', async () => {
      const blob = newBlob(SIZE)
      const location = await open()
      const target = `${location}?digest=${blob.digest}`
      await hangUp(server().port, 'PUT', target, ci, { declared: SIZE, body: blob.bytes.subarray(0, 50_000) })
      await settled(location)
      const { range = '0-0' } = demand(await send('GET', location), 204).headers
      const at = range === '0-0' ? 0 : Number(String(range).slice(2)) + 1
      demand(await send('PUT', target, { body: blob.bytes.subarray(at) }), 201)
      await expectWhole(blob)
    })

    /** How many bytes the upload holds, once the request that was cut off has let go of it. */
    async function settled(location: string): Promise<number> {
      for (;;) {
        const probe = await send('PATCH', location, { body: '', headers: {} })
        if (probe.status === 409) continue
        const range = String(demand(probe, 202).headers.range)
        return range === '0-0' ? 0 : Number(range.slice(2)) + 1
      }
    }
  })

  describe('cancelling', () => {
    it('ends the session', async () => {
      const location = await open()
      demand(await send('PATCH', location, { body: newBlob().bytes }), 202)
      expect(await send('DELETE', location)).toMatchObject({ status: 204, body: { length: 0 } })
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const answer = await send(method, location)
        expect(answer.status).toBe(404)
        expect(answer.json.errors[0].code).toBe('BLOB_UPLOAD_UNKNOWN')
      }
    })

    it('a finished session is gone too', async () => {
      const blob = newBlob()
      const location = await open()
      demand(await send('PUT', `${location}?digest=${blob.digest}`, { body: blob.bytes }), 201)
      expect(await send('GET', location)).toMatchObject({ status: 404 })
    })
  })

  describe('what is not what it says', () => {
    it.each(['sha256', 'sha512'] as const)(
      'a wrong %s is 400, and the bytes are nowhere',
      async (algorithm) => {
        const [said, sent] = [newBlob(64, algorithm), newBlob(64, algorithm)]
        const location = await open()
        const answer = await send('PUT', `${location}?digest=${said.digest}`, { body: sent.bytes })
        expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'DIGEST_INVALID' }] } })
        expect(answer.text).toContain(digestOf(sent.bytes, algorithm))
        for (const { digest } of [said, sent])
          expect(await send('HEAD', `/v2/acme/app/blobs/${digest}`)).toMatchObject({ status: 404 })
        expect(await send('GET', location)).toMatchObject({ status: 404 })
      },
    )

    it.each([
      ['none', ''],
      ['an unknown algorithm', '?digest=md5:d41d8cd98f00b204e9800998ecf8427e'],
      ['too short', '?digest=sha256:abc'],
      ['upper case', `?digest=sha256:${'A'.repeat(64)}`],
    ])('a digest that is %s is 400, and the session goes on', async (_what, query) => {
      const blob = newBlob()
      const location = await open()
      const answer = await send('PUT', `${location}${query}`, { body: blob.bytes })
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'DIGEST_INVALID' }] } })
      demand(await send('PUT', `${location}?digest=${blob.digest}`, { body: blob.bytes }), 201)
    })

    it('a wrong digest with the POST is 400', async () => {
      const answer = await send('POST', `${UPLOADS}?digest=${newBlob().digest}`, { body: newBlob().bytes })
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'DIGEST_INVALID' }] } })
    })
  })

  describe('at once', () => {
    it('uploads of one digest are one blob', async () => {
      const blob = newBlob(SIZE)
      const repositories = Array.from({ length: 12 }, (_, at) => `acme/one${at % 4}`)
      const answers = await Promise.all(
        repositories.map((repository) => pushBlob(server(), repository, blob, { as: ci })),
      )
      expect(answers.map(({ status }) => status)).toEqual(repositories.map(() => 201))
      const keys = await keysOf(server())
      const record = await server().house.store.read.blobs.find(required(parseDigest(blob.digest)))
      expect(keys.filter((key) => key === record?.key)).toHaveLength(1)
      const pulled = await send('GET', `/v2/acme/one3/blobs/${blob.digest}`)
      expect(pulled.body.equals(blob.bytes)).toBe(true)
    })

    it('two writers of one session: the second is told so, and nothing is mixed', async () => {
      const blob = newBlob(400_000)
      const location = await open()
      const parts = [blob.bytes.subarray(0, 200_000), blob.bytes.subarray(200_000)]
      const first = await Promise.all(
        [0, 1].map(() =>
          send('PATCH', location, { body: parts[0] ?? '', headers: { 'content-range': '0-199999' } }),
        ),
      )
      expect(first.map(({ status }) => status).filter((status) => status === 202)).toHaveLength(1)
      expect(first.every(({ status }) => [202, 409, 416].includes(status))).toBe(true)
      demand(await send('PATCH', location, { body: parts[1] ?? '' }), 202)
      demand(await send('PUT', `${location}?digest=${blob.digest}`), 201)
      await expectWhole(blob)
    })
  })

  describe('whose session it is', () => {
    const METHODS = ['GET', 'PATCH', 'PUT', 'DELETE'] as const
    it.each(METHODS)('%s by another credential with the same rights finds nothing', async (method) => {
      const other = await server().oat('acme', { '*': ALL })
      const location = await open()
      const answer = await server().send(method, `${location}?digest=${newBlob().digest}`, { as: other })
      expect(answer).toMatchObject({ status: 404 })
      demand(await send('GET', location), 204)
    })

    it.each(METHODS)('%s through another repository finds nothing', async (method) => {
      demand(await pushBlob(server(), 'acme/other', newBlob(), { as: ci }), 201)
      const location = await open()
      const elsewhere = location.replace('/acme/app/', '/acme/other/')
      const answer = await send(method, `${elsewhere}?digest=${newBlob().digest}`)
      expect(answer).toMatchObject({ status: 404 })
      demand(await send('GET', location), 204)
    })

    it('a new token of the same credential goes on with it', async () => {
      const blob = newBlob()
      const scope = 'repository:acme/app:pull,push'
      const tokens = [await server().token({ as: ci, scope }), await server().token({ as: ci, scope })]
      const opened = await server().send('POST', UPLOADS, { token: tokens[0] ?? '' })
      const target = `${opened.headers.location}?digest=${blob.digest}`
      demand(await server().send('PUT', target, { token: tokens[1] ?? '', body: blob.bytes }), 201)
    })
  })
})

async function keysOf({ house }: Server): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const batch of house.blobs.keys(Date.now() + 60_000)) keys.push(...batch)
  return keys
}
