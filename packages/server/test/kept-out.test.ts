/** A personal token that an organization lets in no more: at the registry, in its listings and for logins made before. */
import { beforeAll, expect, it } from 'vitest'
import { describeOnEachDatabase } from './describe-server.ts'
import type { Issued } from './fixtures.ts'
import { ALL } from './fixtures.ts'
import { pushImage } from './images.ts'

const DAY = 86_400_000
const BY = { type: 'system', id: 'test', name: 'test' } as const

describeOnEachDatabase('a personal token', (server) => {
  let token: Issued

  beforeAll(async () => {
    for (const name of ['acme', 'other']) {
      await server().organization(name)
      await pushImage(server(), `${name}/app`, { as: await server().oat(name, { '*': ALL }), tag: 'v1' })
    }
    const ann = await server().user('ann', { acme: 'editor', other: 'editor' })
    token = await server().pat(ann, 'repo:admin')
  })

  const pull = (place: string, sent: object = { as: token }) =>
    server().send('GET', `/v2/${place}/app/manifests/v1`, sent)
  const statuses = async (sent?: object) => [
    (await pull('acme', sent)).status,
    (await pull('other', sent)).status,
  ]
  const catalog = async () =>
    (await server().send('GET', '/v2/_catalog', { as: token })).json.repositories as readonly string[]

  async function bar(barred: boolean): Promise<void> {
    const { store } = server().house
    const names = await store.read.organizations.list({ limit: 10 })
    const acme = names.items.find(({ name }) => name === 'acme')?.id ?? store.installation
    await store.change(acme, BY, async (tx) => {
      if (barred) await tx.credentialBars.put(acme, token.record.id, 'root')
      else await tx.credentialBars.delete(acme, token.record.id)
    })
  }

  it('that is barred pulls nothing there from its next request on, with logins made before neither', async () => {
    const scope = ['repository:acme/app:pull', 'repository:other/app:pull']
    const login = await server().token({ as: token, scope })
    expect([await statuses(), await statuses({ token: login })]).toEqual([
      [200, 200],
      [200, 200],
    ])
    await bar(true)
    expect([await statuses(), await statuses({ token: login })]).toEqual([
      [403, 200],
      [403, 200],
    ])
    expect((await pull('acme')).reason).toContain(
      "organization acme doesn't admit personal access token `ann's`",
    )
    expect(await catalog()).toEqual(['other/app'])
    await bar(false)
    expect([await statuses(), await catalog()]).toEqual([
      [200, 200],
      ['acme/app', 'other/app'],
    ])
  })

  it('that is older than an organization lets such tokens become reaches the others only', async () => {
    await server().settings('acme', { maximumLifetimes: { pat: 7 } })
    expect(await statuses()).toEqual([200, 200])
    server().pass(7 * DAY)
    expect([await statuses(), await catalog()]).toEqual([[403, 200], ['other/app']])
    expect((await pull('acme')).reason).toContain(
      'organization acme accepts personal access tokens for at most 7 days',
    )
    await server().settings('acme', {})
    expect(await statuses()).toEqual([200, 200])
  })
})
