/** The real az works on a registry's content with a token's name and password: it lists, shows, locks, untags and deletes. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openAz, type Az } from './support/az.ts'
import { openAzure, type Azure } from './support/azure.ts'
import type { Credentials } from './support/clients/client.ts'
import { createSkopeo } from './support/clients/skopeo.ts'
import { describeWith } from './support/describe-with.ts'
import { succeeded } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

type Sent = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

const OPEN = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }

describeWith(['az', 'skopeo'], 'az', () => {
  let azure: Azure
  let az: Az
  let owner: Credentials
  let count = 0

  beforeAll(async () => {
    azure = await openAzure()
    az = await openAz(azure.world, azure.wharden)
    owner = (await azure.token('everything')).credentials
  })

  afterAll(() => azure?.close())

  /** A repository of its own with an image under two tags. */
  async function make(): Promise<{ readonly name: string; readonly digest: string }> {
    const name = `samples/app${(count += 1)}`
    const image = makeTinyImage(azure.world)
    const skopeo = createSkopeo(azure.world)
    succeeded(await skopeo.signIn('myregistry.registry.test:5443', owner))
    for (const tag of ['v1', 'latest'])
      succeeded(await skopeo.push(image, `myregistry.registry.test:5443/${name}:${tag}`))
    const pushed = await ask('GET', name, 'v1')
    return { name, digest: pushed.headers.get('docker-content-digest') ?? '' }
  }

  /** Without a client: what would take its time, and what none tells. */
  function ask(method: string, name: string, reference: string, sent: Sent = {}): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${owner.username}:${owner.password}`).toString('base64')}`
    const headers = { authorization, accept: '*/*', ...sent.headers }
    return fetch(`${azure.wharden.url}/v2/myregistry/${name}/manifests/${reference}`, {
      ...sent,
      method,
      headers,
    })
  }

  async function tagMany(name: string, count: number): Promise<void> {
    const pulled = await ask('GET', name, 'v1')
    const headers = { 'content-type': pulled.headers.get('content-type') ?? '' }
    const body = await pulled.text()
    for (let index = 0; index < count; index += 1)
      expect((await ask('PUT', name, `t${index}`, { headers, body })).status).toBe(201)
  }

  const at = ['--name', 'myregistry']

  it('lists repositories, and shows one, a tag and a manifest', async () => {
    const { name, digest } = await make()
    expect(await az.acr(['repository', 'list', ...at], owner)).toContain(name)
    expect(await az.acr(['repository', 'show', ...at, '--repository', name], owner)).toMatchObject({
      registry: 'myregistry.registry.test:5443',
      imageName: name,
      manifestCount: 1,
      tagCount: 2,
      changeableAttributes: OPEN,
    })
    expect(await az.acr(['repository', 'show', ...at, '--image', `${name}:v1`], owner)).toMatchObject({
      name: 'v1',
      digest: digest,
      changeableAttributes: OPEN,
    })
    const byDigest = `${name}@${digest}`
    expect(await az.acr(['repository', 'show', ...at, '--image', byDigest], owner)).toMatchObject({
      digest: digest,
      architecture: 'amd64',
      os: 'linux',
      tags: ['latest', 'v1'],
    })
  })

  it('shows tags and manifests, by name and by time, a few and all of many', async () => {
    const { name, digest } = await make()
    const repository = [...at, '--repository', name]
    expect(await az.acr(['repository', 'show-tags', ...repository], owner)).toEqual(['latest', 'v1'])
    const newest = ['--orderby', 'time_desc', '--top', '1']
    expect(await az.acr(['repository', 'show-tags', ...repository, ...newest], owner)).toEqual(['latest'])
    const detailed = await az.acr(['repository', 'show-tags', ...repository, '--detail'], owner)
    expect(detailed).toMatchObject([{ name: 'latest' }, { name: 'v1', digest: digest, signed: false }])
    expect(await az.acr(['repository', 'show-manifests', ...repository], owner)).toMatchObject([
      { digest: digest, tags: ['latest', 'v1'] },
    ])
    const listed = ['manifest', 'list-metadata', '--registry', 'myregistry', '--name', name]
    expect(await az.acr(listed, owner)).toMatchObject([{ digest: digest, architecture: 'amd64' }])
  })

  it('follows the pages of a long list', async () => {
    const { name } = await make()
    await tagMany(name, 120)
    for (const order of [[], ['--orderby', 'time_desc']]) {
      const tags = await az.acr(['repository', 'show-tags', ...at, '--repository', name, ...order], owner)
      expect(tags).toHaveLength(122)
      expect(new Set(tags).size).toBe(122)
    }
  })

  it('locks and unlocks a repository, a tag and a manifest; what is locked stays', async () => {
    const { name, digest } = await make()
    const things = [
      ['--repository', name],
      ['--image', `${name}:v1`],
      ['--image', `${name}@${digest}`],
    ]
    for (const thing of things) {
      const locked = ['--write-enabled', 'false', '--delete-enabled', 'false']
      expect(await az.acr(['repository', 'update', ...at, ...thing, ...locked], owner)).toMatchObject({
        changeableAttributes: { ...OPEN, writeEnabled: false, deleteEnabled: false },
      })
      const said = await az.refused(['repository', 'delete', ...at, '--image', `${name}:v1`, '--yes'], owner)
      expect(said).toMatch(/delete access denied: .* is locked; (write|delete)Enabled is off/)
      const open = ['--write-enabled', 'true', '--delete-enabled', 'true']
      await az.acr(['repository', 'update', ...at, ...thing, ...open], owner)
    }
  })

  it('untags, deletes an image by its tag, and a repository', async () => {
    const { name, digest } = await make()
    const shown = async () =>
      (await az.acr(['repository', 'show-tags', ...at, '--repository', name], owner)) as string[]
    await az.acr(['repository', 'untag', ...at, '--image', `${name}:v1`], owner)
    expect(await shown()).toEqual(['latest'])
    await az.acr(['repository', 'delete', ...at, '--image', `${name}:latest`, '--yes'], owner)
    expect(await shown()).toEqual([])
    const other = await make()
    expect(await az.acr(['repository', 'delete', ...at, '--repository', other.name, '--yes'], owner)).toEqual(
      {
        manifestsDeleted: [other.digest],
        tagsDeleted: ['latest', 'v1'],
      },
    )
    expect(digest).not.toBe(other.digest)
    const gone = await az.refused(['repository', 'show', ...at, '--repository', other.name], owner)
    expect(gone).toContain(`there is no repository \`myregistry/${other.name}\``)
  })

  it('is told at once, in a sentence, what a token lacks', async () => {
    const { name } = await make()
    const reader = (await azure.token('onlyreader', ['content/read'])).credentials
    const looker = (await azure.token('onlylooker', ['metadata/read'])).credentials
    const repository = ['--repository', name]
    const cases = [
      [['show-tags', ...repository], reader, 'metadata/read'],
      [['show', ...repository], reader, 'metadata/read'],
      [['update', ...repository, '--read-enabled', 'false'], looker, 'metadata/write'],
      [['delete', ...repository, '--yes'], looker, 'content/delete'],
      [['untag', '--image', `${name}:v1`], looker, 'content/delete'],
    ] as const
    for (const [[command, ...rest], who, lacks] of cases) {
      const said = await az.refused(['repository', command, ...at, ...rest, '--debug'], who)
      expect(said).toContain(`token \`${who.username}\` may not`)
      expect(said).toContain(`add ${lacks} on`)
      expect(said).toContain('Correlation ID: ')
      // It sleeps five seconds, three times, on any status it doesn't expect.
      expect(said).toContain('Sending a HTTP')
      expect(said).not.toContain('Retrying')
    }
    expect(await az.acr(['repository', 'show-tags', ...at, ...repository], looker)).toEqual(['latest', 'v1'])
  })

  it('is told at once that a scope map was deleted', async () => {
    const { credentials } = await azure.token('mapless', ['metadata/read'])
    await azure.admin.call('DELETE', '/organizations/myregistry/scope-maps/mapless-scope-map')
    const said = await az.refused(
      ['repository', 'show-tags', ...at, '--repository', 'samples/app1'],
      credentials,
    )
    expect(said.trim()).toMatch(
      /^ERROR: [\d-]+ [\d:.]+ Error: metadata access denied: token `mapless` may not list or inspect myregistry\/samples\/app1; its scope map was deleted; ask an owner of myregistry to give it another \(decision \w{12}\)\. Correlation ID: \S+\.$/,
    )
  })

  it('is told at once that a name can be none, and what else makes no sense', async () => {
    const cases = [
      [['show', '--repository', 'Samples/App'], 'repository names must be lower-case'],
      [['show', '--repository', 'samples//app'], 'the repository name has an empty part'],
      [['show', '--repository', 'samples%2Fapp1'], 'not asked for `repository:samples/app1:metadata_read`'],
      [['show', '--repository', 'a'.repeat(300)], 'the repository name has 300 characters; at most 255'],
      [['show', '--image', 'samples/app1@sha256:abc'], 'the digest is neither a sha256 nor a sha512 one'],
      [['show-tags', '--repository', 'samples/app1', '--top', '-1'], '`n` must be a whole number'],
      [['list-deleted'], 'nothing that was deleted is kept here'],
    ] as const
    for (const [[command, ...thing], sentence] of cases) {
      const said = await az.refused(['repository', command, ...at, ...thing, '--debug'], owner)
      expect(said).toContain(sentence)
      expect(said).not.toContain('Retrying')
    }
  })

  it('says that a password is wrong', async () => {
    const wrong = { ...owner, password: 'wrong' }
    const said = await az.refused(['repository', 'list', ...at], wrong)
    expect(said).toMatch(/CONNECTIVITY_ACCESS_TOKEN_ERROR[^]*401/)
  })
})
