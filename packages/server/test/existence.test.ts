/** Who may not, doesn't learn what exists: the same answer for what is there, what isn't, and whose organization isn't. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, image, pushImage, type Content, type Document } from './images.ts'
import { converse } from './raw.ts'
import { REGISTRY_ENDPOINTS } from './registry-endpoints.ts'

/** Alike in length, so that answers can be compared. */
const THERE = 'acme/app'
const ABSENT = 'acme/not'
const NOWHERE = 'ghst/app'

describeServer('existence', (server) => {
  let ci: Issued
  let stranger: Issued
  let layer: Content
  let manifest: Document
  let upload: string

  beforeAll(async () => {
    for (const name of ['acme', 'other']) await server().organization(name)
    ci = await server().oat('acme', { '*': ALL })
    stranger = await server().oat('other', { '*': ALL })
    ;({ layer, manifest } = await pushImage(server(), THERE, { as: ci, tag: 'v1' }))
    const opened = await server().send('POST', `/v2/${THERE}/blobs/uploads/`, { as: ci })
    upload = String(opened.headers['docker-upload-uuid'])
  })

  const ask = (method: string, repository: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const real = path
      .replace('LAYER', layer.digest)
      .replace('MANIFEST', manifest.digest)
      .replace('UPLOAD', upload)
      .replace('FROM', THERE)
    const body =
      method === 'PUT' ? { body: image().bytes, headers: { 'content-type': image().mediaType } } : {}
    return server().send(method, `/v2/${repository}/${real}`, { ...body, ...sent })
  }

  /** An answer without what was asked in it, and without what differs from one moment to the next. */
  function shapeOf({ status, reason, headers, text }: Answer) {
    const { date: _, 'x-request-id': __, ...rest } = headers
    const blur = (said: string) =>
      said
        .replaceAll(/(acme|ghst)\/(app|not)/g, 'NAME')
        .replaceAll(/owner of (acme|ghst) /g, 'owner of ORGANIZATION ')
        .replaceAll(/ on (app|not) to /g, ' on NAME to ')
        .replaceAll(/decision"?:? ?"?[a-z0-9]{12}/g, 'DECISION')
    return { status, reason: blur(reason), headers: blur(JSON.stringify(rest)), text: blur(text) }
  }

  describe.each([
    ['Basic', async () => ({ as: stranger })],
    [
      'a token that was asked for it',
      async () => {
        const scope = [THERE, ABSENT, NOWHERE].map((name) => `repository:${name}:*`)
        return { token: await server().token({ as: stranger, scope }) }
      },
    ],
    ['a token that was not', async () => ({ token: await server().token({ as: stranger }) })],
    ['nothing', async () => ({})],
    [
      'an anonymous token that was asked for it',
      async () => {
        const scope = [THERE, ABSENT, NOWHERE].map((name) => `repository:${name}:*`)
        return { token: await server().token({ scope }) }
      },
    ],
  ])('with %s', (how, by) => {
    it.each(REGISTRY_ENDPOINTS)('%s %s says the same of all three', async (method, path) => {
      const sent = await by()
      const there = await ask(method, THERE, path, sent)
      const mayNot = method === 'HEAD' && path.startsWith('blobs') ? 404 : 403
      const asks = how === 'a token that was not' || how === 'nothing'
      expect(there.status).toBe(asks ? 401 : mayNot)
      for (const repository of [ABSENT, NOWHERE])
        expect(shapeOf(await ask(method, repository, path, sent))).toEqual(shapeOf(there))
    })
  })

  it('the same at an organization’s own address', async () => {
    for (const [method, path] of REGISTRY_ENDPOINTS) {
      const at = async (site: string, name: string) => {
        const real = path
          .replace('LAYER', layer.digest)
          .replace('MANIFEST', manifest.digest)
          .replace('UPLOAD', upload)
          .replace('FROM', THERE)
        const answer = await server().send(method, `/v2/${name}/${real}`, { as: stranger, site })
        const blurred = JSON.stringify(shapeOf(answer)).replaceAll(/(acme|ghst)\.localhost/g, 'SITE')
        return blurred
      }
      const there = await at('acme.localhost', 'app')
      expect(await at('acme.localhost', 'not')).toBe(there)
      expect(await at('ghst.localhost', 'app')).toBe(there)
    }
  })

  it('who may, is told what isn’t there', async () => {
    const reader = await server().oat('acme', { '*': READ })
    expect(await ask('GET', ABSENT, 'manifests/v1', { as: reader })).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'NAME_UNKNOWN' }] },
    })
    expect(await ask('GET', THERE, 'manifests/v9', { as: reader })).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
    })
  })

  it('a name that was granted before its repository exists looks like any that isn’t there', async () => {
    const early = await server().oat('acme', { early: READ, 'below/*': READ })
    const [reserved, absent] = await Promise.all(
      ['acme/early', 'acme/below/x'].map((name) =>
        server().send('GET', `/v2/${name}/tags/list`, { as: early }),
      ),
    )
    expect([reserved?.status, absent?.status]).toEqual([404, 404])
    const others = await Promise.all(
      ['acme/early', 'acme/lates'].map((name) =>
        server().send('GET', `/v2/${name}/tags/list`, { as: stranger }),
      ),
    )
    expect(others.map(({ status }) => status)).toEqual([403, 403])
  })

  describe('a refusal', () => {
    it('is said in the body and, word for word, in the reason phrase', async () => {
      const token = await server().token({ as: stranger, scope: `repository:${THERE}:pull` })
      const said = await converse(
        server().port,
        `GET /v2/${THERE}/manifests/v1 HTTP/1.1\r\nHost: ${server().authority}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      )
      const [head = '', body = ''] = said.split('\r\n\r\n')
      const [statusLine = ''] = head.split('\r\n')
      const [error] = JSON.parse(body).errors
      expect(statusLine).toBe(`HTTP/1.1 403 ${error.message}`)
      expect(error.code).toBe('DENIED')
      expect(error.message).toMatch(/^pull access denied: .*\(decision [a-z0-9]{12}\)$/)
      expect(error.detail).toMatchObject({ action: 'content/read', decision: error.message.slice(-13, -1) })
    })

    it('of HEAD has it in the reason phrase alone', async () => {
      const head = await ask('HEAD', THERE, 'manifests/v1', { as: stranger })
      const got = await ask('GET', THERE, 'manifests/v1', { as: stranger })
      expect(head.reason).toBe(got.json.errors[0].message)
      expect(head.body.length).toBe(0)
    })

    it('of one question has one decision id, and is one row that counts', async () => {
      const asker = await server().oat('other', { '*': ALL })
      const answers = []
      for (let n = 0; n < 5; n += 1) answers.push(await ask('GET', THERE, 'manifests/v1', { as: asker }))
      const ids = new Set(answers.map(({ json }) => json.errors[0].detail.decision))
      expect(ids.size).toBe(1)
      await server().house.recorder.flush()
      const [id = ''] = ids
      expect(await server().house.store.read.refusals.byId(id)).toMatchObject({ count: 5 })
    })

    it.each([
      'evil\r\nX-Evil: 1',
      'tab\there',
      'del\u007f',
      'zürich 東京',
      '"quoted" `ticked`',
      'x'.repeat(2_000),
    ])('stays one line, whatever the credential is called (%j)', async (name) => {
      const odd = await server().oat('other', { '*': ALL }, { name })
      const answer = await ask('GET', THERE, 'manifests/v1', { as: odd })
      expect(answer.status).toBe(403)
      expect(answer.reason).toBe(answer.json.errors[0].message)
      expect(answer.reason).toMatch(/^[\x20-\x7e]{1,1024}$/)
      expect(answer.headers['x-evil']).toBeUndefined()
    })
  })

  it('a challenge is no refusal: 401 with the usual reason', async () => {
    const answer = demand(await ask('GET', THERE, 'manifests/v1'), 401)
    expect(answer.reason).toBe('Unauthorized')
  })
})
