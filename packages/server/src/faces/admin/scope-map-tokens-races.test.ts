import { expect, test } from 'vitest'
import { describeAdminBeds } from '../../../test/describe-admin-bed.ts'

const PATH = '/organizations/acme/scope-maps'
const NAMES = Array.from({ length: 1_000 }, (_, index) => `device-${index}`)

describeAdminBeds((bed) => {
  async function devices(): Promise<string> {
    const root = await bed().setUp()
    const repositories = [{ repository: 'devices/*', permissions: ['content/read'] }]
    await bed().must('POST', PATH, { as: root, body: { name: 'devices', repositories } })
    return root
  }

  const create = (as: string, names: readonly string[]) =>
    bed().call('POST', `${PATH}/devices/tokens`, { as, body: { names } })
  const all = async (as: string) =>
    (await bed().must('GET', `${PATH}/devices/tokens?limit=1000`, { as })).items.map(
      ({ name }: { readonly name: string }) => name,
    )

  test('of two who make tokens of which some have the same names, one makes all of theirs, and the other none', async () => {
    const root = await devices()
    const lists = [NAMES, [...NAMES.slice(500), 'another-1']]
    const answers = await Promise.all(lists.map((names) => create(root, names)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const made = lists[answers.findIndex(({ status }) => status === 201)] ?? []
    expect((await all(root)).toSorted()).toEqual([...made].toSorted())
  })

  test('whoever deletes the map meanwhile leaves no token that may something', async () => {
    const root = await devices()
    const [made, deleted] = await Promise.all([
      create(root, NAMES.slice(0, 100)),
      bed().call('DELETE', `${PATH}/devices`, { as: root }),
    ])
    expect([[201, 404].includes(made.status), deleted.status]).toEqual([true, 204])
    const { items } = await bed().must('GET', '/tokens?organization=acme&limit=1000', { as: root })
    const maps = items.map(({ scopeMap }: { readonly scopeMap: string | null }) => scopeMap)
    expect(maps).toEqual(made.status === 201 ? Array.from({ length: 100 }, () => null) : [])
  })
})
