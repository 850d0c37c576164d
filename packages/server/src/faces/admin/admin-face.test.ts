import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestBed, type TestBed } from './test-bed.ts'

let bed: TestBed
let root: string

beforeAll(async () => {
  bed = await openTestBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

test('says what answers here', async () => {
  expect((await bed.call('GET', '/version')).body).toMatchObject({ product: 'wharden', api: 'v1' })
})

test('who is signed in is told to every kind of credential', async () => {
  expect((await bed.call('GET', '/sessions/current', { as: root })).body).toMatchObject({
    type: 'user',
    user: 'root',
    installationAdministrator: true,
    memberships: [{ organization: 'acme', role: 'owner' }],
    credential: { kind: 'session' },
  })
})
