import { expect, test } from 'vitest'
import { describeAdminBeds } from '../../../test/describe-admin-bed.ts'

const MAPS = '/organizations/acme/scope-maps'
const reading = (repository: string) => ({ repository, permissions: ['content/read'] })

async function statuses(
  answers: readonly Promise<{ readonly status: number }>[],
): Promise<readonly number[]> {
  return (await Promise.all(answers)).map(({ status }) => status).sort()
}

describeAdminBeds((bed) => {
  async function onFreePlan(): Promise<string> {
    const root = await bed().setUp()
    await bed().must('PATCH', '/organizations/acme', { as: root, body: { plan: 'free' } })
    return root
  }

  const make = (root: string, name: string, repositories: readonly object[]) =>
    bed().call('POST', MAPS, { as: root, body: { name, repositories } })

  test('what many add to a scope map at the same time all stays, and what others take goes', async () => {
    const root = await bed().setUp()
    await make(root, 'shared', ['old-1', 'old-2', 'old-3'].map(reading))
    const change = (body: object) => bed().call('PATCH', `${MAPS}/shared`, { as: root, body })
    const answers = await statuses([
      ...Array.from({ length: 10 }, (_, index) => change({ add: [reading(`new-${index}`)] })),
      change({ remove: [reading('old-1')] }),
      change({ remove: [reading('old-3')], add: [reading('old-2')] }),
      change({ description: 'as it is now' }),
    ])
    expect(answers).toEqual(Array<number>(13).fill(200))
    const after = await bed().must('GET', `${MAPS}/shared`, { as: root })
    const names = after.repositories.map(({ repository }: { repository: string }) => repository)
    const wanted = ['old-2', ...Array.from({ length: 10 }, (_, index) => `new-${index}`)]
    expect([after.description, names.sort()]).toEqual(['as it is now', wanted.sort()])
  })

  test('of two that remove the same from a scope map one is told that it isn’t there', async () => {
    const root = await bed().setUp()
    await make(root, 'shared', [reading('old')])
    const body = { remove: [reading('old')] }
    const answers = [1, 2].map(() => bed().call('PATCH', `${MAPS}/shared`, { as: root, body }))
    expect(await statuses(answers)).toEqual([200, 400])
  })

  test('of many who add the last action that a scope map has room for, one does', async () => {
    const root = await onFreePlan()
    const repositories = Array.from({ length: 499 }, (_, index) => reading(`app-${index}`))
    await make(root, 'nearly-full', repositories)
    const answers = Array.from({ length: 4 }, (_, index) =>
      bed().call('PATCH', `${MAPS}/nearly-full`, { as: root, body: { add: [reading(`last-${index}`)] } }),
    )
    expect(await statuses(answers)).toEqual([200, 403, 403, 403])
    expect((await bed().must('GET', `${MAPS}/nearly-full`, { as: root })).repositories).toHaveLength(500)
  })

  test('of many who make the last scope map that the plan has room for, one does', async () => {
    const root = await onFreePlan()
    const one = (name: string) => make(root, name, [reading('app')])
    for (let n = 0; n < 99; n += 1) expect((await one(`made-${n}`)).status).toBe(201)
    expect(await statuses(['last-1', 'last-2', 'last-3'].map(one))).toEqual([201, 403, 403])
  })

  test('of many who make the last registry token that the plan has room for, one does', async () => {
    const root = await onFreePlan()
    const one = (name: string) => {
      const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
      const body = { kind: 'registry-token', organization: 'acme', name, rights, passwords: [] }
      return bed().call('POST', '/tokens', { as: root, body })
    }
    for (let n = 0; n < 99; n += 1) expect((await one(`made-${n}`)).status).toBe(201)
    expect(await statuses(['last-1', 'last-2', 'last-3'].map(one))).toEqual([201, 403, 403])
  })

  test('of passwords generated at the same time under one name the last one is good, and no other', async () => {
    const root = await bed().setUp()
    const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
    const sent = { kind: 'registry-token', organization: 'acme', name: 'device', rights }
    const { token } = await bed().must('POST', '/tokens', { as: root, body: sent })
    const generate = () => bed().must('POST', `/tokens/${token.id}/passwords`, { as: root, body: {} })
    const answers = await Promise.all([1, 2, 3, 4, 5].map(generate))
    const secrets = answers.flatMap((answer) => answer.secrets.map(({ value }: { value: string }) => value))
    expect(new Set(secrets).size).toBe(10)
    const tried = secrets.map((as: string) => bed().call('GET', '/sessions/current', { as }))
    expect(await statuses(tried)).toEqual([200, 200, ...Array<number>(8).fill(401)])
  })
})
