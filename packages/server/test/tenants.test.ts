/**
 * Two organizations with everything. Whoever speaks for the one tries every endpoint of the registry and of the token service
 * on what the other has, by its names and by its ids: nothing is touched, nothing shows, and no token says otherwise.
 * The administration's half is `faces/admin/tenants.test.ts`; `existence.test.ts` compares the answers.
 */
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Login } from './client.ts'
import { databaseRows } from './database-rows.ts'
import { describeServer } from './describe-server.ts'
import { ALL } from './fixtures.ts'
import { demand, image, newBlob, pushImage, type Content, type Document } from './images.ts'
import { REGISTRY_ENDPOINTS } from './registry-endpoints.ts'

const PRIVATE = 'acme/vault'
const PUBLIC = 'acme/open'
const OWN = 'other/mine'

const STRANGERS = ['pat', 'oat', 'registry token', 'service principal', 'refresh token', 'nobody'] as const
type Stranger = (typeof STRANGERS)[number]

describeServer('another organization', (server) => {
  let logins: Readonly<Record<Stranger, Login | undefined>>
  let theirs: { readonly layer: Content; readonly manifest: Document }
  let upload: string
  let ci: Login

  beforeAll(async () => {
    const { organization, oat, user, pat, registryToken, servicePrincipal, repository, guard } = server()
    for (const name of ['acme', 'other']) await organization(name)
    await repository('acme', 'open', 'public')
    ci = await oat('acme', { '*': ALL })
    theirs = await pushImage(server(), PRIVATE, { as: ci, tag: 'v1' })
    await pushImage(server(), PUBLIC, { as: ci, tag: 'v1' })
    await guard('registry.acme.test', 'acme')
    const opened = await server().send('POST', `/v2/${PRIVATE}/blobs/uploads/`, { as: ci })
    upload = String(opened.headers['docker-upload-uuid'])
    const owner = await user('stranger', { other: 'owner' })
    const mine = await oat('other', { '*': ALL, public: ['content/read', 'metadata/read'] })
    await pushImage(server(), OWN, { as: mine, tag: 'v1' })
    const { json } = demand(await server().send('GET', '/token?offline_token=true', { as: mine }), 200)
    logins = {
      pat: await pat(owner, 'repo:admin'),
      oat: mine,
      'registry token': await registryToken('other', 'device', { '*': ALL }),
      'service principal': await servicePrincipal('other'),
      'refresh token': { name: mine.name, secret: json.refresh_token },
      nobody: undefined,
    }
  })

  const rows = () => databaseRows(join(server().directory, 'wharden.db'))
  const by = (who: Stranger) => {
    const as = logins[who]
    return as === undefined ? {} : { as }
  }

  /** The ways to say who one is: the login itself, and tokens that were, and were not, asked for what is tried. */
  async function ways(who: Stranger, ...names: readonly string[]) {
    const scope = names.map((name) => `repository:${name}:pull,push,delete,metadata_read,metadata_write`)
    return [
      by(who),
      { token: await server().token({ ...by(who), scope }) },
      { token: await server().token({ ...by(who), scope: [...scope, 'registry:catalog:*'] }) },
      { token: await server().token(by(who)) },
    ]
  }

  const real = (path: string, from: string) =>
    path
      .replace('LAYER', theirs.layer.digest)
      .replace('MANIFEST', theirs.manifest.digest)
      .replace('UPLOAD', upload)
      .replace('FROM', from)
  const bodyFor = (method: string) =>
    method === 'PUT' || method === 'PATCH'
      ? { body: theirs.manifest.bytes, headers: { 'content-type': theirs.manifest.mediaType } }
      : {}

  describe.each(STRANGERS)('tried with the %s of one', (who) => {
    it('gives nothing that is private, and is left as it was', async () => {
      const before = rows()
      for (const sent of await ways(who, PRIVATE)) {
        for (const [method, path] of REGISTRY_ENDPOINTS) {
          for (const [place, site] of [
            [PRIVATE, 'localhost'],
            ['vault', 'acme.localhost'],
          ] as const) {
            const answer = await server().send(method, `/v2/${place}/${real(path, PRIVATE)}`, {
              ...bodyFor(method),
              ...sent,
              site,
            })
            const { status, text, headers } = answer
            expect([method, path, site, status]).toEqual([
              method,
              path,
              site,
              expect.toBeOneOf([401, 403, 404]),
            ])
            expect(text).not.toContain(theirs.manifest.bytes.toString())
            for (const name of ['docker-content-digest', 'location', 'docker-upload-uuid', 'link'])
              expect([method, path, name, headers[name]]).toEqual([method, path, name, undefined])
          }
        }
      }
      expect(rows()).toEqual(before)
    })

    it('changes nothing in what everybody may read', async () => {
      const before = rows()
      const changing = REGISTRY_ENDPOINTS.filter(([method]) => !['GET', 'HEAD'].includes(method))
      for (const sent of await ways(who, PUBLIC)) {
        for (const [method, path] of changing) {
          const asked = { ...bodyFor(method), ...sent }
          const { status } = await server().send(method, `/v2/${PUBLIC}/${real(path, PUBLIC)}`, asked)
          expect([method, path, status]).toEqual([method, path, expect.toBeOneOf([401, 403, 404])])
        }
      }
      expect(rows()).toEqual(before)
    })

    it('shows up in no catalog', async () => {
      for (const sent of await ways(who)) {
        const { text } = await server().send('GET', '/v2/_catalog?n=1000', sent)
        expect(text).not.toContain('vault')
      }
    })

    it('gives a token none of it, whatever is asked for', async () => {
      const scopes = [PRIVATE, 'acme/*', 'vault', '*', 'acme/../acme/vault']
      for (const site of ['localhost', 'acme.localhost']) {
        for (const service of [undefined, 'registry.acme.test', 'acme.localhost']) {
          const query = new URLSearchParams(service === undefined ? {} : { service })
          for (const name of scopes) query.append('scope', `repository:${name}:pull,push,delete,*`)
          const answer = await server().send('GET', `/token?${query.toString()}`, { ...by(who), site })
          if (answer.status !== 200) continue
          const access = decodeJwt(answer.json.token)['access'] as readonly {
            name: string
            actions: string[]
          }[]
          const given = access.filter(({ actions, name }) => actions.length > 0 && name !== OWN)
          expect([site, service, given]).toEqual([site, service, []])
        }
      }
    })
  })

  describe.each(STRANGERS.filter((who) => who !== 'nobody'))(
    'from one’s own repository, with the %s',
    (who) => {
      it('nothing of the other can be mounted, named or reached', async () => {
        const watched = () => rows().filter((row) => row.includes(upload) || row.startsWith('blob'))
        const before = watched()
        const digest = theirs.layer.digest
        const absent = newBlob().digest
        for (const sent of await ways(who, OWN, PRIVATE)) {
          const ask = (method: string, path: string, more = {}) =>
            server().send(method, `/v2/${OWN}/${path}`, { ...more, ...sent })
          for (const each of [digest, absent]) {
            const statuses = [
              (await ask('HEAD', `blobs/${each}`)).status,
              (await ask('GET', `blobs/${each}`)).status,
              (await ask('GET', `manifests/${each}`)).status,
              (await ask('DELETE', `blobs/${each}`)).status,
            ]
            expect(statuses.every((status) => [401, 404].includes(status))).toBe(true)
            const mount = await ask('POST', `blobs/uploads/?mount=${each}&from=${PRIVATE}`)
            expect([401, 202]).toContain(mount.status)
            const automatic = await ask('POST', `blobs/uploads/?mount=${each}`)
            expect([401, 202]).toContain(automatic.status)
          }
          for (const [method, path] of REGISTRY_ENDPOINTS.filter(([, path]) => path.includes('UPLOAD')))
            expect([401, 404]).toContain((await ask(method, real(path, PRIVATE), bodyFor(method))).status)
          const manifest = image({ layers: [theirs.layer] })
          const put = await ask('PUT', 'manifests/stolen', {
            body: manifest.bytes,
            headers: { 'content-type': manifest.mediaType },
          })
          expect([400, 401, 404]).toContain(put.status)
          expect((await ask('GET', `referrers/${theirs.manifest.digest}`)).text).not.toContain(
            theirs.layer.digest,
          )
        }
        expect(watched()).toEqual(before)
      })
    },
  )

  it('its things are there all the while, for those whose they are', async () => {
    demand(await server().send('GET', `/v2/${PRIVATE}/manifests/v1`, { as: ci }), 200)
    demand(await server().send('GET', `/v2/${PRIVATE}/blobs/uploads/${upload}`, { as: ci }), 204)
    const mine = logins.oat
    if (mine === undefined) throw new Error('no login')
    demand(await server().send('GET', `/v2/${OWN}/manifests/v1`, { as: mine }), 200)
    demand(await server().send('GET', `/v2/${PUBLIC}/manifests/v1`, { as: mine }), 200)
  })
})
