/** OCI distribution 1.1, blobs: pulling, parts of them, mounting, deleting, and who may see them. */
import { parseChallenges } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, READ, WRITE, type Issued } from './fixtures.ts'
import { content, demand, newBlob, pushBlob, pushImage, type Content } from './images.ts'

describeOnEachDatabase('blobs', (server) => {
  let ci: Issued
  const big = newBlob(300_000)
  const small = content('0123456789')

  beforeAll(async () => {
    await server().organization('acme')
    await server().organization('other')
    ci = await server().oat('acme', { '*': ALL })
    for (const blob of [big, small]) demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
  })

  const send = (method: string, path: string, sent: Sent = {}) =>
    server().send(method, path, { as: ci, ...sent })
  const blobPath = ({ digest }: Content, repository = 'acme/app') => `/v2/${repository}/blobs/${digest}`

  describe('pulling', () => {
    it.each([
      ['a small one', small],
      ['a large one', big],
    ])('%s, by GET and HEAD', async (_what, blob) => {
      const headers = {
        'content-length': String(blob.bytes.length),
        'content-type': 'application/octet-stream',
        'docker-content-digest': blob.digest,
        'accept-ranges': 'bytes',
        etag: `"${blob.digest}"`,
      }
      const got = await send('GET', blobPath(blob))
      expect(got).toMatchObject({ status: 200, headers })
      expect(got.body.equals(blob.bytes)).toBe(true)
      expect(await send('HEAD', blobPath(blob))).toMatchObject({ status: 200, headers, body: { length: 0 } })
    })

    it('an unknown one is 404', async () => {
      const nowhere = blobPath(newBlob())
      expect(await send('GET', nowhere)).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'BLOB_UNKNOWN' }] },
      })
      expect(await send('HEAD', nowhere)).toMatchObject({ status: 404, body: { length: 0 } })
    })

    it('what the client has already isn’t sent again', async () => {
      for (const etag of [`"${big.digest}"`, `W/"${big.digest}"`, `"other", "${big.digest}"`, '*'])
        expect(await send('GET', blobPath(big), { headers: { 'if-none-match': etag } })).toMatchObject({
          status: 304,
          body: { length: 0 },
        })
      expect(await send('GET', blobPath(small), { headers: { 'if-none-match': '"other"' } })).toMatchObject({
        status: 200,
      })
    })
  })

  describe('in parts', () => {
    it.each([
      ['bytes=0-99', 0, 100],
      ['bytes=100-', 100, 300_000],
      ['bytes=-100', 299_900, 300_000],
      ['bytes=299999-299999', 299_999, 300_000],
      ['bytes=299990-400000', 299_990, 300_000],
      ['bytes=-400000', 0, 300_000],
    ])('%s is 206', async (range, start, end) => {
      const answer = await send('GET', blobPath(big), { headers: { range } })
      expect(answer).toMatchObject({
        status: 206,
        headers: {
          'content-range': `bytes ${start}-${end - 1}/300000`,
          'content-length': String(end - start),
        },
      })
      expect(answer.body.equals(big.bytes.subarray(start, end))).toBe(true)
    })

    it('of a small one too', async () => {
      const answer = await send('GET', blobPath(small), { headers: { range: 'bytes=2-4' } })
      expect(answer).toMatchObject({ status: 206, text: '234', headers: { 'content-range': 'bytes 2-4/10' } })
    })

    it.each(['bytes=300000-', 'bytes=300000-400000', 'bytes=99999999999999999999-', 'bytes=-0'])(
      '%s is 416, and says how long the blob is',
      async (range) => {
        const answer = await send('GET', blobPath(big), { headers: { range } })
        expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */300000' } })
        expect(answer.json.errors[0].code).toBe('RANGE_INVALID')
      },
    )

    it.each(['bytes=0-1,5-6', 'bytes=5-2', 'pages=1-2', 'nonsense'])(
      'a Range of `%s` is ignored',
      async (range) => {
        const answer = await send('GET', blobPath(small), { headers: { range } })
        expect(answer).toMatchObject({ status: 200, text: '0123456789' })
      },
    )

    it('of what has changed since is the whole (RFC 9110 §13.1.5)', async () => {
      const part = (etag: string) =>
        send('GET', blobPath(small), { headers: { range: 'bytes=0-1', 'if-range': etag } })
      expect(await part(`"${small.digest}"`)).toMatchObject({ status: 206 })
      expect(await part('"other"')).toMatchObject({ status: 200 })
    })
  })

  describe('belonging', () => {
    it('a blob is readable only through a repository that links it', async () => {
      const blob = newBlob()
      demand(await pushBlob(server(), 'acme/one', blob, { as: ci }), 201)
      demand(await pushBlob(server(), 'acme/two', newBlob(), { as: ci }), 201)
      demand(await send('GET', blobPath(blob, 'acme/one')), 200)
      for (const method of ['GET', 'HEAD'])
        expect(await send(method, blobPath(blob, 'acme/two'))).toMatchObject({ status: 404 })
    })

    it('deleting it from one leaves the other’s', async () => {
      const blob = newBlob()
      for (const name of ['acme/one', 'acme/two'])
        demand(await pushBlob(server(), name, blob, { as: ci }), 201)
      expect(await send('DELETE', blobPath(blob, 'acme/one'))).toMatchObject({ status: 202 })
      expect(await send('GET', blobPath(blob, 'acme/one'))).toMatchObject({ status: 404 })
      demand(await send('GET', blobPath(blob, 'acme/two')), 200)
      expect(await send('DELETE', blobPath(blob, 'acme/one'))).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'BLOB_UNKNOWN' }] },
      })
    })

    it('one that was deleted can be pushed again', async () => {
      const blob = newBlob()
      demand(await pushBlob(server(), 'acme/one', blob, { as: ci }), 201)
      demand(await send('DELETE', blobPath(blob, 'acme/one')), 202)
      demand(await pushBlob(server(), 'acme/one', blob, { as: ci }), 201)
      demand(await send('GET', blobPath(blob, 'acme/one')), 200)
    })
  })

  describe('mounting', () => {
    const mount = (into: string, { digest }: Content, from: string | undefined, sent: Sent = {}) =>
      send(
        'POST',
        `/v2/${into}/blobs/uploads/?mount=${digest}${from === undefined ? '' : `&from=${from}`}`,
        sent,
      )

    async function source(
      repository: string,
      algorithm: 'sha256' | 'sha512' = 'sha256',
      as = ci,
    ): Promise<Content> {
      const blob = newBlob(64, algorithm)
      demand(await pushBlob(server(), repository, blob, { as }), 201)
      return blob
    }

    it.each(['sha256', 'sha512'] as const)('a %s from a repository that is named', async (algorithm) => {
      const blob = await source('acme/source', algorithm)
      expect(await mount('acme/target', blob, 'acme/source')).toMatchObject({
        status: 201,
        headers: { location: blobPath(blob, 'acme/target'), 'docker-content-digest': blob.digest },
      })
      expect((await send('GET', blobPath(blob, 'acme/target'))).body.equals(blob.bytes)).toBe(true)
    })

    it('from any repository of the organization', async () => {
      const blob = await source('acme/source')
      expect(await mount('acme/target', blob, undefined)).toMatchObject({ status: 201 })
    })

    it.each([
      ['it does not hold the blob', 'acme/source'],
      ['it does not exist', 'acme/nothing'],
      ['its organization does not exist', 'nowhere/app'],
      ['it is another registry’s', 'docker.io/library/nginx'],
    ])('a source is as good as none where %s: an upload begins', async (_why, from) => {
      await source('acme/source')
      const blob = newBlob()
      const answer = await mount('acme/target', blob, from)
      expect(answer.status).toBe(202)
      demand(await send('PUT', `${answer.headers.location}?digest=${blob.digest}`, { body: blob.bytes }), 201)
    })

    it('a source that may not be read is as good as none, named or not', async () => {
      const secret = await source('acme/secret')
      const narrow = await server().oat('acme', { target: WRITE })
      for (const from of ['acme/secret', undefined]) {
        const absent = await mount('acme/target', newBlob(), from, { as: narrow })
        const answer = await mount('acme/target', secret, from, { as: narrow })
        expect([answer.status, absent.status]).toEqual([202, 202])
        expect(Object.keys(answer.headers).sort()).toEqual(Object.keys(absent.headers).sort())
      }
      expect(await send('HEAD', blobPath(secret, 'acme/target'))).toMatchObject({ status: 404 })
    })

    it('nothing comes by itself from another organization, even a public one', async () => {
      const theirs = await server().oat('other', { '*': ALL })
      await server().repository('other', 'open', 'public')
      const blob = await source('other/open', 'sha256', theirs)
      expect(await mount('acme/target', blob, undefined)).toMatchObject({ status: 202 })
    })

    it('who reads both may mount across organizations', async () => {
      const both = await server().pat(
        await server().user('both', { acme: 'editor', other: 'editor' }),
        'repo:admin',
      )
      const blob = await source('other/shared', 'sha256', both)
      expect(await mount('acme/target', blob, 'other/shared', { as: both })).toMatchObject({ status: 201 })
    })

    it('readable but not asked for: 401 with both scopes, and with those it is mounted', async () => {
      const blob = await source('acme/source')
      const path = `/v2/acme/target/blobs/uploads/?mount=${blob.digest}&from=acme/source`
      const token = await server().token({ as: ci, scope: 'repository:acme/target:pull,push' })
      const answer = await server().send('POST', path, { token })
      expect(answer.status).toBe(401)
      const [challenge] = parseChallenges(answer.headers['www-authenticate'] ?? '')
      expect(challenge?.parameters.get('scope')).toBe(
        'repository:acme/target:pull,push repository:acme/source:pull',
      )
      expect(challenge?.parameters.get('error')).toBe('insufficient_scope')
      const scope = challenge?.parameters.get('scope') ?? ''
      const wider = await server().token({ as: ci, scope })
      expect(await server().send('POST', path, { token: wider })).toMatchObject({ status: 201 })
    })

    it('neither readable nor asked for: a plain 202, whether it is there or not', async () => {
      await source('acme/secret')
      const narrow = await server().oat('acme', { target: WRITE })
      const token = await server().token({ as: narrow, scope: 'repository:acme/target:pull,push' })
      for (const from of ['acme/secret', 'acme/nothing', 'other/app', 'nowhere/app']) {
        const path = `/v2/acme/target/blobs/uploads/?mount=${newBlob().digest}&from=${from}`
        expect(await server().send('POST', path, { token })).toMatchObject({ status: 202 })
      }
    })

    it('without the right to push there is no mounting', async () => {
      const blob = await source('acme/source')
      const reader = await server().oat('acme', { '*': READ })
      const answer = await mount('acme/target', blob, 'acme/source', { as: reader })
      expect(answer).toMatchObject({ status: 403, json: { errors: [{ code: 'DENIED' }] } })
    })

    it.each([
      ['a digest that is none', '?mount=sha256:abc&from=acme/source', 'DIGEST_INVALID'],
      ['a source that is no name', `?mount=${newBlob().digest}&from=Acme/../x`, 'NAME_INVALID'],
    ])('%s is 400', async (_what, query, code) => {
      const answer = await send('POST', `/v2/acme/target/blobs/uploads/${query}`)
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code }] } })
    })

    it('an image whose layers were mounted is whole', async () => {
      const { manifest, layer, config } = await pushImage(server(), 'acme/source', { as: ci })
      for (const blob of [layer, config]) demand(await mount('acme/copy', blob, 'acme/source'), 201)
      const answer = await send('PUT', `/v2/acme/copy/manifests/v1`, {
        body: manifest.bytes,
        headers: { 'content-type': manifest.mediaType },
      })
      expect(answer).toMatchObject({ status: 201 })
    })
  })
})
