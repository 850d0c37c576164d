/**
 * Every reason to refuse × every client that is here × pull, push and build: the whole message reaches the terminal, the
 * exit code says so too, and no client asks for a password, waits or tries again.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENT_NAMES, SEEDER, type Client } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { castRefusals, lockImages, LOCKED, type Cast, type Who } from './support/refusals/cast.ts'
import { tells, TELLERS } from './support/refusals/lines.ts'
import { refusalPage } from './support/refusals/page.ts'
import { isRefused, normalized } from './support/refusals/printed.ts'
import { MANIFEST_PUSHES, PULLS, PUSHES, type Row } from './support/refusals/rows.ts'
import type { Act, Answer, Reference, Teller } from './support/refusals/text.ts'
import { RELEASE } from './support/release.ts'
import { succeeded, type Ran } from './support/run.ts'
import { makeTinyImage, type TinyImage } from './support/tiny-image.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah'], 'refusals', () => {
  let product: Product
  let cast: Cast
  /** One that nobody has pushed, and one that is in every repository. */
  let image: TinyImage
  let there: TinyImage
  const signedIn = new Map<string, Promise<Client>>()

  /** One client for each teller and person: signing in takes as long as what is tried. */
  function clientOf(teller: Teller, who: Who): Promise<Client> {
    const key = `${teller} ${who}`
    const client = signedIn.get(key) ?? open(teller, who)
    signedIn.set(key, client)
    return client
  }

  async function open(teller: Teller, who: Who): Promise<Client> {
    const { clients, wharden } = product
    const client = clients.create(teller)
    const ran = who === 'nobody' ? undefined : await client.signIn(wharden.registry, cast[who].credentials)
    if (ran !== undefined) succeeded(ran)
    return client
  }

  async function attempt(teller: Teller, act: Act, { who, reference }: Row): Promise<Ran | undefined> {
    const client = await clientOf(teller, who)
    const full = `${product.wharden.registry}/${reference}`
    if (act === 'push') return client.push(image, full)
    return act === 'build' ? client.build(full) : client.pull(full)
  }

  function referenceOf({ reference }: Row): Reference {
    const [repository = '', tag = ''] = reference.split(':')
    return { host: product.wharden.registry, repository, tag }
  }

  async function expectRefusal(act: Act, row: Row, answer: Answer = 'denied'): Promise<void> {
    const said = await Promise.all(
      TELLERS[act].map(async (teller) => {
        const expected = tells(teller, act, answer, referenceOf(row), `${row.says} (decision ID)`)
        const ran = await attempt(teller, act, row)
        return { teller, expected, ran }
      }),
    )
    expect(
      said.map(({ teller, expected, ran }) => ({ teller, ...isRefused(ran, expected?.line ?? '') })),
    ).toEqual(said.map(({ teller, expected }) => ({ teller, ...expected, prompts: false, retries: false })))
  }

  beforeAll(async () => {
    product = await openProduct()
    cast = await castRefusals(product.admin)
    image = makeTinyImage(product.world)
    there = makeTinyImage(product.world)
    const writer = await clientOf(SEEDER, 'writer')
    const seed = async (reference: string, pushed: TinyImage) =>
      succeeded(await writer.push(pushed, `${product.wharden.registry}/${reference}`))
    for (const repository of ['acme/private', 'acme/other', 'open/public', 'closed/public'])
      await seed(`${repository}:1`, there)
    for (const reference of LOCKED) await seed(reference, makeTinyImage(product.world))
    await lockImages(product.admin)
  })

  afterAll(() => product?.close())

  describe.each(['pull', 'build'] as const)('%s', (act) => {
    it.each(PULLS)('$reason', (row) => expectRefusal(act, row))
  })

  describe('push', () => {
    it.each(PUSHES)('$reason', (row) => expectRefusal('push', row))

    it.each(MANIFEST_PUSHES)('manifest: $reason', (row) => expectRefusal('push', row, 'denied manifest'))
  })

  describe.runIf(CLIENT_NAMES.includes('skopeo'))('skopeo', () => {
    it('is told by the manifest why it may not push, where every layer is there already', async () => {
      const skopeo = await clientOf('skopeo', 'reader')
      const ran = await skopeo.push(there, `${product.wharden.registry}/acme/private:2`)
      expect(ran).toMatchObject({ exitCode: 1 })
      expect(normalized(ran.output)).toContain(
        'writing manifest: uploading manifest 2 to registry.test:5443/acme/private: denied: push access denied: ' +
          'organization access token `reader` may not write to acme/private:2; it may: content/read, metadata/read; ' +
          'ask an owner of acme to add content/write on private to it (decision ID)',
      )
    })

    it('is told why it may not delete', async () => {
      const skopeo = await clientOf('skopeo', 'reader')
      const ran = await skopeo.run(['delete', `docker://${product.wharden.registry}/acme/private:1`])
      expect(ran).toMatchObject({ exitCode: 1 })
      expect(normalized(ran.output)).toMatch(
        /delete access denied: organization access token `reader` may not delete from acme\/private@sha256:…; it may: content\/read, metadata\/read; ask an owner of acme to add content\/delete on private to it \(decision ID\)/,
      )
    })

    it('is told why it may not list tags, though that of Debian 12 prints no reason', async () => {
      const skopeo = await clientOf('skopeo', 'puller')
      expect(await skopeo.pull(`${product.wharden.registry}/acme/private:1`)).toMatchObject({ exitCode: 0 })
      const ran = await skopeo.run(['list-tags', `docker://${product.wharden.registry}/acme/private`])
      expect(ran).toMatchObject({ exitCode: 1 })
      expect(normalized(ran.output)).toContain(
        RELEASE === 'bookworm'
          ? 'fetching tags list: invalid status code from registry 403 (Forbidden)'
          : 'fetching tags list: denied: metadata access denied: token `puller` may not list or inspect acme/private; ' +
              'it may: content/read; ask an owner of acme to add metadata/read on private to its scope map (decision ID)',
      )
    })
  })

  it('an owner is exempt from image access, and told what else stands in the way', async () => {
    const said = await Promise.all(
      CLIENT_NAMES.map(async (name) => {
        const client = await clientOf(name, 'owner')
        return { name, ...(await client.pull(`${product.wharden.registry}/docker.io/evil/app:1`)) }
      }),
    )
    for (const { name, exitCode, output } of said) {
      expect(exitCode).not.toBe(0)
      // containerd has words of its own for every 404.
      expect(output).toContain(
        name === 'ctr' || name === 'docker-containerd'
          ? 'registry.test:5443/docker.io/evil/app:1: not found'
          : 'name unknown: `docker.io/evil/app` is allowed, but this server does not fetch from docker.io yet',
      )
    }
  })

  it('the guide says what is printed', async () => {
    await expect(refusalPage()).toMatchFileSnapshot('../docs/guides/refusal-texts.md')
  })
})
