/** Locks (ACR's attributes) on a repository, a tag or a manifest, against what clients do, by tag and by digest (peers.md row 11). */
import { beforeAll, describe, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import {
  content,
  demand,
  image,
  newBlob,
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
  'POST upload': 202,
  'PUT tag': 201,
  'PUT digest': 201,
  'PUT other': 201,
  'DELETE tag': 202,
  'DELETE digest': 202,
  'DELETE blob': 202,
} as const
type Act = keyof typeof ACTS

const PUSHES: readonly Act[] = ['POST upload', 'PUT tag', 'PUT digest', 'PUT other']
const DELETES: readonly Act[] = ['DELETE tag', 'DELETE digest', 'DELETE blob']

/** What each lock forbids; all else goes on. */
const FORBIDS: Readonly<Record<On, Readonly<Record<Attribute, readonly Act[]>>>> = {
  repository: {
    readEnabled: ['GET tag', 'HEAD tag', 'GET digest', 'GET blob', 'HEAD blob', ...PUSHES],
    writeEnabled: [...PUSHES, ...DELETES],
    // It still lets go of its images.
    deleteEnabled: ['DELETE blob'],
    listEnabled: [],
  },
  tag: {
    readEnabled: ['GET tag', 'HEAD tag', 'PUT tag'],
    writeEnabled: ['PUT tag', 'DELETE tag', 'DELETE digest'],
    deleteEnabled: ['DELETE tag', 'DELETE digest'],
    listEnabled: [],
  },
  manifest: {
    readEnabled: ['GET tag', 'HEAD tag', 'GET digest', 'PUT digest'],
    writeEnabled: ['PUT digest', 'DELETE digest'],
    deleteEnabled: ['DELETE digest'],
    listEnabled: [],
  },
}

describeServer('locks', (server) => {
  let ci: Issued
  let count = 0
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
  })

  type Thing = { readonly name: string; readonly manifest: Document; readonly layer: Content }

  async function make(): Promise<Thing> {
    const name = `app${(count += 1)}`
    const { manifest, layer } = await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
    demand(await pushBlob(server(), `acme/${name}`, content('{}'), { as: ci }), 201)
    return { name, manifest, layer }
  }

  async function statusOf(act: Act, { name, manifest, layer }: Thing): Promise<number> {
    const [method = '', what = ''] = act.split(' ')
    const repository = `acme/${name}`
    const other = image({ extra: { annotations: { id: newBlob(8).digest } } })
    if (method === 'PUT') {
      const tag = what === 'tag' ? 'v1' : what === 'other' ? 'v2' : manifest.digest
      return (await putManifest(server(), repository, what === 'digest' ? manifest : other, { as: ci, tag }))
        .status
    }
    const path = {
      tag: 'manifests/v1',
      digest: `manifests/${manifest.digest}`,
      blob: `blobs/${layer.digest}`,
      tags: 'tags/list',
      upload: 'blobs/uploads/',
    }[what]
    return (await server().send(method, `/v2/${repository}/${path}`, { as: ci })).status
  }

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
      expect(await statusOf(act, thing)).toBe(forbidden ? (act === 'HEAD blob' ? 404 : 403) : ACTS[act])
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

  it('a locked tag is not got round by deleting its manifest, mounting, or pushing it again by digest', async () => {
    const thing = await make()
    await server().lock('acme', thing.name, { deleteEnabled: false, writeEnabled: false }, 'v1')
    expect(await statusOf('DELETE digest', thing)).toBe(403)
    demand(await putManifest(server(), `acme/${thing.name}`, thing.manifest, { as: ci }), 201)
    const head = await server().send('HEAD', `/v2/acme/${thing.name}/manifests/v1`, { as: ci })
    expect(head.headers['docker-content-digest']).toBe(thing.manifest.digest)
  })
})

function isAct(text: string): text is Act {
  return Object.hasOwn(ACTS, text)
}
