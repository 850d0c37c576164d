/**
 * `wharden explain` of the id at the end of a refusal: the same words to whoever was refused and to those who watch over
 * the organization, policy to its own people only, and nothing at all to others.
 */
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { castRefusals, pulls, type Cast } from './support/refusals/cast.ts'
import { decisionIn } from './support/refusals/printed.ts'
import { run, succeeded, type Ran } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const MAIN = resolve(import.meta.dirname, '../packages/wharden/src/main.ts')
const NOT_FOUND = 3

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'skopeo'], 'wharden explain', () => {
  let product: Product
  let cast: Cast

  beforeAll(async () => {
    product = await openProduct(['acme'])
    cast = await castRefusals(product.admin)
    const writer = product.clients.create('skopeo')
    succeeded(await writer.signIn(product.wharden.registry, cast.writer.credentials))
    succeeded(await writer.push(makeTinyImage(product.world), `${product.wharden.registry}/acme/private:1`))
  })

  afterAll(() => product?.close())

  /** @returns the decision's id and the message that skopeo printed */
  async function refuse(credentials: Credentials | undefined, reference: string) {
    const skopeo = product.clients.create('skopeo')
    const host = reference.slice(0, reference.indexOf('/'))
    if (credentials !== undefined) succeeded(await skopeo.signIn(host, credentials))
    const { output } = await skopeo.pull(reference)
    const message = /denied: (.*\(decision \w+\))"/.exec(output)?.[1]
    return { id: decisionIn(output) ?? output, message: message ?? output }
  }

  function explain(id: string, token: string, ...more: readonly string[]): Promise<Ran> {
    const { wharden, world } = product
    return run(process.execPath, [MAIN, 'explain', id, ...more], {
      env: {
        WHARDEN_SERVER: `https://${wharden.registry}`,
        WHARDEN_CA: `${wharden.directory}/ca.crt`,
        WHARDEN_TOKEN: token,
        WHARDEN_DATA: world.path('nothing'),
        XDG_CONFIG_HOME: world.path('config'),
      },
    })
  }

  /** What everybody of these is told; none of them may be refused it. */
  async function told(id: string, tokens: readonly string[]): Promise<readonly string[]> {
    const ran = await Promise.all(tokens.map((token) => explain(id, token)))
    return ran.map((one) => succeeded(one).stdout)
  }

  it('a missing grant: to the token itself and the owner alike, to another organization not at all', async () => {
    const { id, message } = await refuse(cast.elsewhere.credentials, at('acme/private:1'))
    const [token = '', owner] = await told(id, [cast.elsewhere.credentials.password, cast.anna.bearer])
    expect(token).toBe(owner)
    const lines = token.split('\n')
    expect(lines.slice(0, 5)).toEqual([
      message,
      '',
      'who    organization access token `elsewhere`',
      'what   content/read on acme/private:1',
      'where  registry',
    ])
    expect(lines.slice(6)).toEqual([
      'why',
      '  - pull access denied: organization access token `elsewhere` may not read acme/private:1',
      'next   ask an owner of acme to add content/read on private to it',
      '',
    ])
    for (const stranger of [cast.bob.bearer, cast.bella.bearer])
      expect(await explain(id, stranger)).toMatchObject({ exitCode: NOT_FOUND, stdout: '' })
  })

  it('a policy: to the person whose token it was, and to the owner', async () => {
    const { id, message } = await refuse(cast.laptop.credentials, at('docker.io/evil/app:1'))
    const texts = await told(id, [cast.laptop.credentials.password, cast.mike.bearer, cast.anna.bearer])
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain(message)
    expect(texts[0]).toContain('who    personal access token `laptop` of mike\n')
    expect(texts[0]).toContain('(rule image-access:category:community)\n')
    expect(await explain(id, cast.bob.bearer)).toMatchObject({ exitCode: NOT_FOUND })
  })

  it('nobody’s: to the owner', async () => {
    const { id, message } = await refuse(undefined, at('closed/public:1'))
    expect(await told(id, [product.admin.bearer])).toEqual([expect.stringContaining(message)])
    for (const other of [cast.anna.bearer, cast.bob.bearer])
      expect(await explain(id, other)).toMatchObject({ exitCode: NOT_FOUND })
  })

  describe('a stranger', () => {
    it('hears of the missing grant and never of the policy behind it', async () => {
      const token = await cast.bob.personalToken('b', [{ repository: '*', permissions: ['repo:read'] }])
      const { id } = await refuse(token.credentials, `${product.organizationHost('acme')}/quay.io/team/app:1`)
      const [bob, anna] = await told(id, [cast.bob.bearer, cast.anna.bearer])
      expect(bob).not.toContain('registry access')
      expect(anna).toContain('registry access denied: quay.io is not allowed by organization acme')
    })

    it('can’t tell an organization that refuses from one that doesn’t exist', async () => {
      const token = await cast.bella.organizationToken('beta', 'ci', { repositories: [pulls('app')] })
      const there = await refuse(token.credentials, at('acme/private:1'))
      const nowhere = await refuse(token.credentials, at('nowhere/private:1'))
      const alike = (text: string | undefined) =>
        text
          ?.replaceAll(/nowhere/g, 'acme')
          .replaceAll(nowhere.id, there.id)
          .replaceAll(/when .*/g, 'when')
      const inOneWord = (texts: readonly string[]) => texts.map(alike)
      const readers = [token.credentials.password, cast.bella.bearer]
      expect(inOneWord(await told(nowhere.id, readers))).toEqual(inOneWord(await told(there.id, readers)))
      const [seen, unseen] = [
        await explain(there.id, cast.bob.bearer),
        await explain(nowhere.id, cast.bob.bearer),
      ]
      expect(alike(seen.stderr)).toBe(alike(unseen.stderr))
      expect(seen.exitCode).toBe(NOT_FOUND)
    })
  })

  it('counts what docker asks again as one', async () => {
    const docker = product.clients.create('docker')
    succeeded(await docker.signIn(product.wharden.registry, cast.inspector.credentials))
    const first = decisionIn((await docker.pull(at('acme/private:1'))).output) ?? ''
    const before = await countOf(first)
    const second = decisionIn((await docker.pull(at('acme/private:1'))).output)
    expect(second).toBe(first)
    expect(await countOf(first)).toBeGreaterThan(before)
  })

  async function countOf(id: string): Promise<number> {
    const ran = succeeded(await explain(id, cast.anna.bearer, '--query', 'count', '-o', 'tsv'))
    return Number(ran.stdout)
  }

  const at = (reference: string) => `registry.test:5443/${reference}`
})
