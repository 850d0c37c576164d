/** A pull limit, as each client meets it: each of its pulls counts once, and beyond the limit it prints why, soon. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CLIENT_NAMES, SEEDER } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { pulls } from './support/refusals/cast.ts'
import { limitReached } from './support/refusals/limited.ts'
import { tells } from './support/refusals/lines.ts'
import { decisionIn, isRefused } from './support/refusals/printed.ts'
import { succeeded } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const NEEDED = ['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah'] as const
const LIMIT = 2

/** podman and buildah try three times more; if they were told to wait for hours, each would for minutes. */
const PATIENCE = 30_000

describeWith(NEEDED, 'a pull limit', () => {
  let product: Product
  /** Of an image of its own each time: Docker fetches no manifest that it still has somewhere. */
  const reference = (number: number) => `${product.wharden.registry}/acme/app:${number}`

  beforeAll(async () => {
    product = await openProduct()
    const { admin, clients, wharden, world } = product
    await admin.organization('acme')
    const writer = await admin.personalToken('writer', [{ repository: '*', permissions: ['repo:write'] }])
    const seeder = clients.create(SEEDER)
    succeeded(await seeder.signIn(wharden.registry, writer.credentials))
    for (let number = 1; number <= LIMIT + 1; number += 1)
      succeeded(await seeder.push(makeTinyImage(world), reference(number)))
  })

  afterAll(() => product?.close())

  it.each(CLIENT_NAMES)('%s', async (name) => {
    const { admin, clients, wharden } = product
    const given = { repositories: [pulls('app')], pullLimit: LIMIT }
    const token = await admin.organizationToken('acme', name, given)
    const used = async () => {
      const shown = await admin.call('GET', `/tokens/${token.id}`)
      return (shown as { readonly pullUsage: { readonly used: number } }).pullUsage.used
    }
    const client = clients.create(name)
    const signedIn = await client.signIn(wharden.registry, token.credentials)
    if (signedIn !== undefined) succeeded(signedIn)
    for (let pull = 1; pull <= LIMIT; pull += 1) {
      succeeded(await client.pull(reference(pull)))
      expect(await used()).toBe(pull)
    }

    const refused = await client.pull(reference(LIMIT + 1))
    const at = { host: wharden.registry, repository: 'acme/app', tag: String(LIMIT + 1) }
    const expected = tells(name, 'pull', 'limited', at, limitReached(LIMIT))
    const { exitCode, line } = isRefused(refused, expected?.line ?? '')
    expect({ exitCode, line }).toEqual(expected)
    expect(refused.milliseconds).toBeLessThan(PATIENCE)
    expect(await used()).toBe(LIMIT)
    const decision = await admin.call('GET', `/decisions/${decisionIn(refused.output)}`)
    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ type: 'quota' }] })

    await admin.call('PATCH', `/tokens/${token.id}`, { pullLimit: LIMIT + 1 })
    succeeded(await client.pull(reference(LIMIT + 1)))
  })
})
