/** Locks (ACR's attributes) on a repository, a tag or a manifest, against what clients do, by tag and by digest (peers.md row 11). */
import { OAT_RIGHTS } from '@wharden/policy'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import {
  content,
  demand,
  descriptor,
  document,
  image,
  newBlob,
  OCI_INDEX,
  pushBlob,
  pushImage,
  putManifest,
  type Content,
  type Document,
} from './images.ts'

type Attribute = 'readEnabled' | 'writeEnabled' | 'deleteEnabled' | 'listEnabled'
type On = 'repository' | 'tag' | 'manifest'

/** What clients do to `v1`, and what each gets when nothing is locked; deletions last. */
const ACTS = {
  'GET tag': 200,
  'HEAD tag': 200,
  'GET digest': 200,
  'GET blob': 200,
  'HEAD blob': 200,
  'GET tags': 200,
  'GET referrers': 200,
  'POST upload': 202,
  'POST mount here': 201,
  'POST mount elsewhere': 201,
  'PUT tag': 201,
  'PUT digest': 201,
  'PUT other': 201,
  'PUT referrer': 201,
  'DELETE tag': 202,
  'DELETE other tag': 202,
  'DELETE digest': 202,
  'DELETE blob': 202,
  'DELETE repository': 204,
} as const
type Act = keyof typeof ACTS

/** HEAD has no body to say why; what can't be mounted is uploaded instead. All else is refused by 403. */
const REFUSED: Readonly<Partial<Record<Act, number>>> = { 'HEAD blob': 404, 'POST mount elsewhere': 202 }

/** How az and the SDKs delete besides, below the repository. */
const AZURES: Readonly<Partial<Record<Act, string>>> = {
  'DELETE tag': '/_tags/v1',
  'DELETE other tag': '/_tags/v0',
  'DELETE digest': '/_manifests/MANIFEST',
  'DELETE repository': '',
}

const PUSHES: readonly Act[] = [
  'POST upload',
  'POST mount here',
  'PUT tag',
  'PUT digest',
  'PUT other',
  'PUT referrer',
]
const DELETES: readonly Act[] = [
  'DELETE tag',
  'DELETE other tag',
  'DELETE digest',
  'DELETE blob',
  'DELETE repository',
]

/** What each lock forbids; all else goes on. `v1` and `v0` are tags of one manifest; locked is that, or `v1`. */
const FORBIDS: Readonly<Record<On, Readonly<Record<Attribute, readonly Act[]>>>> = {
  repository: {
    readEnabled: [
      'GET tag',
      'HEAD tag',
      'GET digest',
      'GET blob',
      'HEAD blob',
      'POST mount elsewhere',
      ...PUSHES,
    ],
    writeEnabled: [...PUSHES, ...DELETES],
    // It still lets go of its images.
    deleteEnabled: ['DELETE blob', 'DELETE repository'],
    listEnabled: [],
  },
  tag: {
    readEnabled: ['GET tag', 'HEAD tag', 'PUT tag'],
    writeEnabled: ['PUT tag', 'DELETE tag', 'DELETE digest', 'DELETE blob', 'DELETE repository'],
    deleteEnabled: ['DELETE tag', 'DELETE digest', 'DELETE blob', 'DELETE repository'],
    listEnabled: [],
  },
  manifest: {
    readEnabled: ['GET tag', 'HEAD tag', 'GET digest', 'PUT digest'],
    writeEnabled: ['PUT digest', 'DELETE digest', 'DELETE blob', 'DELETE repository'],
    deleteEnabled: ['DELETE digest', 'DELETE blob', 'DELETE repository'],
    listEnabled: [],
  },
}

describeServer('locks', (server) => {
  let ci: Issued
  let count = 0
  const neighbours = newBlob()
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
  })

  type Thing = { readonly name: string; readonly manifest: Document; readonly layer: Content }

  /** With the tags `v1` and `v0`, a blob for other manifests, and a neighbour that holds one more. */
  async function make(): Promise<Thing> {
    const name = `app${(count += 1)}`
    const { manifest, layer } = await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
    demand(await putManifest(server(), `acme/${name}`, manifest, { as: ci, tag: 'v0' }), 201)
    demand(await pushBlob(server(), `acme/${name}`, content('{}'), { as: ci }), 201)
    demand(await pushBlob(server(), `acme/${name}-neighbour`, neighbours, { as: ci }), 201)
    return { name, manifest, layer }
  }

  const statusOf = async (act: Act, thing: Thing): Promise<number> => (await ask(act, thing)).status

  function ask(act: Act, thing: Thing, by: Sent = { as: ci }): Promise<Answer> {
    const { method, path, body } = requestOf(act, thing)
    if (method === 'PUT') return putManifest(server(), `acme/${thing.name}`, body, { ...by, tag: path })
    return server().send(method, path, by)
  }

  /** As Azure's clients ask, and as they delete. */
  async function askLikeAzure(act: Act, thing: Thing): Promise<readonly Answer[]> {
    const names = [`acme/${thing.name}`, `acme/${thing.name}-neighbour`]
    const scope = names.map((name) => `repository:${name}:*`).join(' ')
    const form = { grant_type: 'password', username: ci.name, password: ci.secret, scope }
    const body = new URLSearchParams(form).toString()
    const issued = demand(await server().send('POST', '/oauth2/token', { body }), 200)
    const token: string = issued.json.access_token
    const below = AZURES[act]?.replace('MANIFEST', thing.manifest.digest)
    const own = act === 'DELETE repository' ? [] : [await ask(act, thing, { token })]
    if (below === undefined) return own
    return [...own, await server().send('DELETE', `/acr/v1/acme/${thing.name}${below}`, { token })]
  }

  /** Of a PUT, `path` is the reference. */
  function requestOf(act: Act, { name, manifest, layer }: Thing) {
    const at = (path: string) => `/v2/acme/${name}/${path}`
    const mount = (to: string, blob: Content, from: string) =>
      `/v2/acme/${to}/blobs/uploads/?mount=${blob.digest}&from=acme/${from}`
    const other = unique({})
    const referrer = unique({ subject: descriptor(manifest, manifest.mediaType) })
    const request = (method: string, path: string, body: Document = manifest) => ({ method, path, body })
    switch (act) {
      case 'GET tag':
      case 'HEAD tag':
      case 'DELETE tag':
        return request(act.split(' ')[0] ?? '', at('manifests/v1'))
      case 'DELETE other tag':
        return request('DELETE', at('manifests/v0'))
      case 'GET digest':
      case 'DELETE digest':
        return request(act.split(' ')[0] ?? '', at(`manifests/${manifest.digest}`))
      case 'GET blob':
      case 'HEAD blob':
      case 'DELETE blob':
        return request(act.split(' ')[0] ?? '', at(`blobs/${layer.digest}`))
      case 'GET tags':
        return request('GET', at('tags/list'))
      case 'GET referrers':
        return request('GET', at(`referrers/${manifest.digest}`))
      case 'POST upload':
        return request('POST', at('blobs/uploads/'))
      case 'POST mount here':
        return request('POST', mount(name, neighbours, `${name}-neighbour`))
      case 'POST mount elsewhere':
        return request('POST', mount(`${name}-neighbour`, layer, name))
      case 'PUT tag':
        return request('PUT', 'v1', other)
      case 'PUT other':
        return request('PUT', 'v2', other)
      case 'PUT digest':
        return request('PUT', manifest.digest)
      case 'PUT referrer':
        return request('PUT', referrer.digest, referrer)
      case 'DELETE repository':
        return request('DELETE', `/api/v1/organizations/acme/repositories/${name}`)
    }
  }

  const unique = (extra: object) => image({ extra: { ...extra, annotations: { id: newBlob(8).digest } } })

  const ATTRIBUTES = ['readEnabled', 'writeEnabled', 'deleteEnabled', 'listEnabled'] as const
  const cases = (['repository', 'tag', 'manifest'] as const).flatMap((on) =>
    ATTRIBUTES.map((attribute) => [on, attribute] as const),
  )
  describe.each(cases)('%s: %s is off', (on, attribute) => {
    it.each(Object.keys(ACTS).filter(isAct))('%s', async (act) => {
      const thing = await make()
      const reference = { repository: undefined, tag: 'v1', manifest: thing.manifest.digest }[on]
      await server().lock('acme', thing.name, { [attribute]: false }, reference)
      const forbidden = FORBIDS[on][attribute].includes(act)
      const answer = await ask(act, thing)
      expect(answer.status).toBe(forbidden ? (REFUSED[act] ?? 403) : ACTS[act])
      if (!forbidden) return
      for (const azures of await askLikeAzure(act, thing)) {
        expect(azures.status).toBe(REFUSED[act] ?? 405)
        if (azures.status !== 405 || act.startsWith('HEAD')) continue
        const [{ code, message }] = azures.json.errors
        expect(code).toBe('REGISTRY_DISALLOWED_OPERATION')
        // In the same words; the administration has another place for them.
        const said = act === 'DELETE repository' ? answer.json.message : answer.reason
        expect(nameless(message)).toBe(nameless(said))
      }
    })
  })

  it('the refusal says what is locked, and that it can be switched on again; then all goes on', async () => {
    const thing = await make()
    await server().lock('acme', thing.name, { deleteEnabled: false }, 'v1')
    const answer = await server().send('DELETE', `/v2/acme/${thing.name}/manifests/v1`, { as: ci })
    expect(answer).toMatchObject({ status: 403, json: { errors: [{ code: 'DENIED' }] } })
    expect(answer.reason).toContain('deleteEnabled is off for the tag')
    await server().lock('acme', thing.name, { deleteEnabled: true }, 'v1')
    expect(await statusOf('DELETE tag', thing)).toBe(202)
  })

  it('deleting a manifest is refused by the name of the tag that is locked', async () => {
    const thing = await make()
    await server().lock('acme', thing.name, { deleteEnabled: false }, 'v0')
    const path = `/v2/acme/${thing.name}/manifests/${thing.manifest.digest}`
    const { reason } = await server().send('DELETE', path, { as: ci })
    expect(reason).toContain(`acme/${thing.name}:v0 is locked; deleteEnabled is off for the tag`)
  })

  it('a locked tag is not got round by pushing its manifest again by digest, or under another tag', async () => {
    const thing = await make()
    await server().lock('acme', thing.name, { deleteEnabled: false, writeEnabled: false }, 'v1')
    demand(await putManifest(server(), `acme/${thing.name}`, thing.manifest, { as: ci }), 201)
    demand(await putManifest(server(), `acme/${thing.name}`, thing.manifest, { as: ci, tag: 'v2' }), 201)
    const head = await server().send('HEAD', `/v2/acme/${thing.name}/manifests/v1`, { as: ci })
    expect(head.headers['docker-content-digest']).toBe(thing.manifest.digest)
  })

  it('a locked manifest stays when its tags go, and can be tagged again', async () => {
    const thing = await make()
    await server().lock('acme', thing.name, { deleteEnabled: false }, thing.manifest.digest)
    expect(await statusOf('DELETE tag', thing)).toBe(202)
    expect(await statusOf('DELETE other tag', thing)).toBe(202)
    expect(await statusOf('GET digest', thing)).toBe(200)
    demand(await putManifest(server(), `acme/${thing.name}`, thing.manifest, { as: ci, tag: 'v3' }), 201)
  })

  it.each(['scope-image-delete', 'scope-tag-admin'] as const)(
    'a repository that is kept lets %s tidy it up, and no more',
    async (scope) => {
      const thing = await make()
      const as = await server().oat('acme', { [thing.name]: OAT_RIGHTS[scope].repositories })
      await server().lock('acme', thing.name, { deleteEnabled: false })
      const at = `/api/v1/organizations/acme`
      const unlock = { body: '{"deleteEnabled":true}', headers: { 'content-type': 'application/json' } }
      const tries = [
        ['DELETE', `${at}/repositories/${thing.name}`, 403],
        ['DELETE', `/acr/v1/acme/${thing.name}`, 405],
        ['PATCH', `${at}/repository-locks/${thing.name}`, 403],
        ['PATCH', `/acr/v1/acme/${thing.name}`, 401],
        ['DELETE', `/v2/acme/${thing.name}/manifests/v1`, 202],
        ['DELETE', `/v2/acme/${thing.name}/manifests/${thing.manifest.digest}`, 202],
      ] as const
      for (const [method, path, status] of tries) {
        const answer = await server().send(method, path, { as, ...(method === 'PATCH' && unlock) })
        expect([method, path, answer.status]).toEqual([method, path, status])
      }
    },
  )

  it('what a locked index needs stays with it: images and their layers', async () => {
    const { name, manifest, layer } = await make()
    const entries = document(
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptor(manifest, manifest.mediaType)] },
      OCI_INDEX,
    )
    demand(await putManifest(server(), `acme/${name}`, entries, { as: ci, tag: 'all' }), 201)
    const remove = (path: string) => server().send('DELETE', `/v2/acme/${name}/${path}`, { as: ci })
    await server().lock('acme', name, { deleteEnabled: false }, 'all')
    for (const part of [`manifests/${manifest.digest}`, `blobs/${layer.digest}`]) {
      const refused = await remove(part)
      expect([refused.status, refused.reason]).toEqual([
        403,
        expect.stringContaining(`acme/${name}:all is locked; deleteEnabled is off for the tag`),
      ])
    }
    await server().lock('acme', name, { deleteEnabled: true }, 'all')
    demand(await remove(`blobs/${layer.digest}`), 202)
    demand(await remove(`manifests/${manifest.digest}`), 202)
  })

  it('deleting the repository is refused for what is locked in it, by its name', async () => {
    const thing = await make()
    const path = `/api/v1/organizations/acme/repositories/${thing.name}`
    await server().lock('acme', thing.name, { writeEnabled: false }, thing.manifest.digest)
    const manifest = await server().send('DELETE', path, { as: ci })
    expect(manifest.json.message).toContain(
      `acme/${thing.name}@${thing.manifest.digest} is locked; writeEnabled`,
    )
    await server().lock('acme', thing.name, { deleteEnabled: false }, 'v0')
    const tag = await server().send('DELETE', path, { as: ci })
    expect(tag.json.message).toContain(`acme/${thing.name}:v0 is locked; deleteEnabled`)
  })

  it('what is not to be listed is in no list, and all else can be done with it', async () => {
    const thing = await make()
    const referrer = unique({ subject: descriptor(thing.manifest, thing.manifest.mediaType) })
    demand(await putManifest(server(), `acme/${thing.name}`, referrer, { as: ci }), 201)
    const listed = async () => {
      const get = async (path: string) => (await server().send('GET', `/v2/${path}`, { as: ci })).json
      return {
        tags: (await get(`acme/${thing.name}/tags/list`)).tags,
        referrers: (await get(`acme/${thing.name}/referrers/${thing.manifest.digest}`)).manifests.length,
        catalog: (await get('_catalog?n=1000')).repositories.includes(`acme/${thing.name}`),
      }
    }
    expect(await listed()).toEqual({ tags: ['v0', 'v1'], referrers: 1, catalog: true })
    for (const reference of [undefined, 'v1', referrer.digest])
      await server().lock('acme', thing.name, { listEnabled: false }, reference)
    expect(await listed()).toEqual({ tags: ['v0'], referrers: 0, catalog: false })
    const pulled = await server().send('GET', `/v2/acme/${thing.name}/manifests/${referrer.digest}`, {
      as: ci,
    })
    expect([await statusOf('GET tag', thing), pulled.status]).toEqual([200, 200])
  })
})

/** Each referrer that is pushed is another. */
function nameless(message: string): string {
  return message.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…')
}

function isAct(text: string): text is Act {
  return Object.hasOwn(ACTS, text)
}
