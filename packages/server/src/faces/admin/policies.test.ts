import { parseRegistryHost, parseRepositoryName } from '@wharden/oci'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
import { authorize } from '../../operations/authorize.ts'
import { apiCallerOf } from '../../operations/manage/api-caller.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let member: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  member = await bed.person('member', root, { organization: 'acme', role: 'member' })
})
afterAll(() => bed.close())

const replace = (kind: string, policy: object, rest: object = {}) =>
  bed.call('PUT', `/organizations/acme/policies/${kind}`, { as: root, body: { policy, ...rest } })

/** What an enforcement point says of a member's pull; undefined: allowed. */
async function pull(host: string, name: string): Promise<AppError | undefined> {
  const { house } = bed
  const site = house.sites().advertised
  const context = {
    requestId: 'pull',
    site,
    address: '198.51.100.7',
    userAgent: 'docker/28',
    now: house.clock(),
    log: house.log,
    signal: AbortSignal.timeout(60_000),
  }
  const caller = await apiCallerOf(house, context, { type: 'bearer', token: member })
  const registry = parseRegistryHost(host)
  const repository = parseRepositoryName(name)
  if (registry === undefined || repository.type === 'error') throw new Error('no such name')
  const resource = { type: 'upstream', host: registry, name: repository.value } as const
  return authorize(house, caller, 'content/read', resource).then(
    () => undefined,
    (cause: unknown) => {
      if (cause instanceof AppError) return cause
      throw cause
    },
  )
}

describe('what was written is shown again', () => {
  test('with an id for every rule, and written back it stays the same', async () => {
    const written = {
      mode: 'report',
      categories: ['official'],
      exemptOwners: false,
      namespaces: ['acmeinc'],
      categoryRules: [{ repository: 'quay.io/acme/*', category: 'organization' }],
      rules: [
        {
          effect: 'allow',
          repository: 'docker.io/grafana/grafana',
          tag: '11.*',
          note: 'until we have our own',
          until: '2027-01-01T00:00:00.000Z',
        },
        { effect: 'deny', repository: `docker.io/${'very-long/'.repeat(10)}*` },
      ],
    }
    const { imageAccess } = (await replace('image-access', written)).body
    expect(imageAccess).toMatchObject(written)
    const ids = [...imageAccess.rules, ...imageAccess.categoryRules].map(({ id }: { id: string }) => id)
    expect(ids.every((id) => id.length > 0 && id.length <= 64)).toBe(true)
    expect((await replace('image-access', imageAccess)).body.imageAccess).toEqual(imageAccess)
    expect((await bed.must('GET', '/organizations/acme/policies', { as: member })).imageAccess).toEqual(
      imageAccess,
    )
  })

  test('what nobody wrote is off, with Docker Hub allowed', async () => {
    await bed.must('POST', '/organizations', { as: root, body: { name: 'quiet' } })
    expect(await bed.must('GET', '/organizations/quiet/policies', { as: root })).toMatchObject({
      imageAccess: {
        mode: 'off',
        categories: ['official', 'verified-publisher'],
        exemptOwners: true,
        rules: [],
      },
      registryAccess: {
        mode: 'off',
        rules: [{ effect: 'allow', host: 'docker.io', operations: ['pull', 'push'] }],
      },
      signIn: { mode: 'off' },
    })
  })
})

describe('a policy bites at the next request, and its refusal explains itself', () => {
  test('image access', async () => {
    await replace('image-access', { mode: 'off' })
    expect(await pull('docker.io', 'evil/app')).toBeUndefined()
    await replace('image-access', {
      mode: 'enforce',
      rules: [{ effect: 'deny', repository: 'docker.io/evil/*', note: 'ask security' }],
    })
    const refused = await pull('docker.io', 'evil/app')
    expect(refused?.code).toBe('denied')
    const explained = await bed.must('GET', `/decisions/${refused?.detail.decision}`, { as: member })
    expect(explained).toMatchObject({
      outcome: 'deny',
      message: refused?.message,
      principal: 'member',
      action: 'content/read',
      resource: 'docker.io/evil/app',
      point: 'gateway',
      count: 1,
      reasons: [{ type: 'image-access', rule: 'image-access:deny:docker.io/evil/*', organization: 'acme' }],
    })
  })

  test('the same asked again is counted, before and after it was written', async () => {
    const first = await pull('docker.io', 'evil/other')
    await bed.house.recorder.flush()
    const second = await pull('docker.io', 'evil/other')
    expect(second?.detail.decision).toBe(first?.detail.decision)
    const count = async () =>
      (await bed.must('GET', `/decisions/${first?.detail.decision}`, { as: root })).count
    expect(await count()).toBe(2)
    await bed.house.recorder.flush()
    expect(await count()).toBe(2)
  })

  test('registry access', async () => {
    await replace('registry-access', { mode: 'enforce', rules: [{ effect: 'allow', host: 'docker.io' }] })
    const refused = await pull('quay.io', 'team/app')
    expect(refused?.code).toBe('denied')
    await replace('registry-access', { mode: 'off' })
    expect(await pull('quay.io', 'team/app')).toBeUndefined()
  })

  test('in report mode nothing is refused', async () => {
    await replace('image-access', {
      mode: 'report',
      rules: [{ effect: 'deny', repository: 'docker.io/evil/*' }],
    })
    expect(await pull('docker.io', 'evil/app')).toBeUndefined()
  })
})

describe('what can’t be written', () => {
  test.each([
    {
      kind: 'registry-access',
      policy: { rules: [{ effect: 'allow', host: 'https://quay.io' }] },
      field: 'policy.rules.0.host',
    },
    {
      kind: 'image-access',
      policy: { rules: [{ effect: 'deny', repository: 'docker.io/a', tag: '!' }] },
      field: 'policy.deny.0',
    },
    { kind: 'image-access', policy: { namespaces: ['a/b'] }, field: 'policy.namespaces.0' },
    { kind: 'sign-in', policy: { mode: 'sometimes' }, field: 'policy.mode' },
  ])('$field', async ({ kind, policy, field }) => {
    const answer = await replace(kind, policy)
    expect([answer.status, answer.body.data.field]).toEqual([400, field])
  })

  test('over what somebody else wrote meanwhile', async () => {
    const { version } = await bed.must('GET', '/organizations/acme/policies', { as: root })
    expect((await replace('sign-in', { mode: 'report' }, { ifVersion: version })).status).toBe(200)
    expect((await replace('sign-in', { mode: 'off' }, { ifVersion: version })).status).toBe(409)
    expect((await bed.must('GET', '/organizations/acme/policies', { as: root })).signIn).toEqual({
      mode: 'report',
    })
  })

  test('what the plan lacks', async () => {
    await bed.must('PATCH', '/organizations/acme', { as: root, body: { plan: 'team' } })
    const answer = await replace('sign-in', { mode: 'enforce' })
    expect([answer.body.code, answer.body.data.limit]).toEqual(['limit_reached', 'policy enforcement'])
    expect((await replace('sign-in', { mode: 'off' })).status).toBe(200)
  })
})
