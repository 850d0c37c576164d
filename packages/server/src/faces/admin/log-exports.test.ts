import { createHash } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toStored } from '../../audit/event.ts'
import { SYSTEM } from '../../system-actor.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const exported = (query = '') => bed.call('GET', `/audit/export?organization=acme${query}`, { as: root })
const linesOf = (text: string) => text.trimEnd().split('\n')

/** As anybody would, who knows nothing but the form of a line. */
function hashOf(line: string): string {
  const [, previous = '', , event = ''] =
    /^\{"previousHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","event":(.*)\}$/.exec(line) ?? []
  return createHash('sha256').update(previous).update(event).digest('hex')
}

async function tell(count: number): Promise<void> {
  const [acme] = (await bed.house.store.read.organizations.list({ limit: 1 })).items
  if (acme === undefined) throw new Error('no organization')
  await bed.house.store.change(acme.id, SYSTEM, async (tx) => {
    for (let n = 0; n < count; n += 1)
      await tx.record(
        toStored({ type: 'repository_created', subject: `repository/acme/r${n}`, after: { n } }),
      )
  })
}

describe('the audit log as JSONL', () => {
  test('can be verified from its bytes alone, and ends with the head, signed', async () => {
    await tell(1_203)
    const { status, headers, text } = await exported()
    expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson'])
    expect(headers['content-disposition']).toBe('attachment; filename="audit-acme.jsonl"')
    const lines = linesOf(text)
    const head = JSON.parse(lines.pop() ?? '')
    const events = lines.map((line) => JSON.parse(line))
    expect(lines.map(hashOf)).toEqual(events.map(({ hash }) => hash))
    expect(events.map(({ previousHash }) => previousHash)).toEqual([
      '0'.repeat(64),
      ...events.slice(0, -1).map(({ hash }) => hash),
    ])
    expect(events.map(({ event }) => event.sequence)).toEqual(events.map((_, index) => index + 1))
    const { hash } = events.at(-1)
    expect(head).toMatchObject({ events: events.length, head: hash, broken: null })
    const [key] = (await bed.must('GET', '/keys')).keys
    const { payload } = await jwtVerify(head.signedHead, await importJWK(key, 'ES256'), {
      currentDate: new Date(bed.house.clock()),
    })
    expect(payload).toMatchObject({ chain: head.chain, events: events.length, head: hash })
  })

  test('goes on where the one before ended, or between two times', async () => {
    const whole = linesOf((await exported()).text)
    const rest = linesOf((await exported('&after=1000')).text)
    expect(rest.slice(0, -1)).toEqual(whole.slice(1000, -1))
    bed.pass(60_000)
    const since = new Date(bed.house.clock()).toISOString()
    await tell(2)
    bed.pass(60_000)
    const until = new Date(bed.house.clock()).toISOString()
    await tell(1)
    const between = linesOf((await exported(`&since=${since}&until=${until}`)).text)
    expect(between.slice(0, -1)).toHaveLength(2)
    const none = linesOf((await exported(`&since=2030-01-01T00:00:00.000Z`)).text)
    expect(none.map((line) => JSON.parse(line))).toMatchObject([{ events: 0, head: null, signedHead: null }])
  })
})

test('as CSV it has stable columns, and nothing that a spreadsheet would run', async () => {
  const scopes = [{ repository: '*', permissions: ['repo:admin'] }]
  const body = { kind: 'pat', label: '=1+1', repositories: scopes, expiresAt: null }
  const { secrets } = await bed.must('POST', '/tokens', { as: root, body })
  await bed.must('POST', '/organizations/acme/repositories', {
    as: secrets[0].value,
    body: { name: 'by-a-formula' },
  })
  const { headers, text } = await exported('&format=csv')
  expect(headers['content-type']).toBe('text/csv; charset=utf-8')
  const [columns, ...rows] = text.trimEnd().split('\r\n')
  expect(columns).toBe(
    'sequence,time,event,actor_type,actor_id,actor,credential_id,credential,address,subject,before,after,previous_hash,hash',
  )
  expect(rows.at(-1)).toMatch(
    /^\d+,2026-[^,]+Z,repository_created,user,[^,]+,root,[^,]+,'=1\+1,198\.51\.100\.7,repository\/acme\/by-a-formula,,"\{""/,
  )
})

test('the installation’s own log is exported for its administrators, and to nobody who may not read it', async () => {
  const { text } = await bed.call('GET', '/audit/export', { as: root })
  expect(text).toContain('"type":"setup_completed"')
  const stranger = await bed.person('stranger', root)
  for (const path of ['/audit/export', '/audit/export?organization=acme', '/activity/export'])
    expect((await bed.call('GET', path, { as: stranger })).status).toBeGreaterThanOrEqual(403)
})

test('the activity log is exported as it is listed', async () => {
  const stranger = await bed.person('visitor', root, { organization: 'acme', role: 'member' })
  await bed.call('PATCH', '/organizations/acme', { as: stranger, body: { displayName: 'no' } })
  await bed.house.recorder.flush()
  const { items } = await bed.must('GET', '/activity?organization=acme', { as: root })
  const lines = await bed.call('GET', '/activity/export?organization=acme', { as: root })
  expect(linesOf(lines.text).map((line) => JSON.parse(line))).toEqual(items)
  const csv = await bed.call('GET', '/activity/export?organization=acme&format=csv', { as: root })
  const [columns, row = ''] = csv.text.split('\r\n')
  expect(columns).toBe(
    'at,type,outcome,principal,credential,resource,reference,action,message,decision,address,bytes,count',
  )
  expect(row).toContain(',refusal,deny,visitor,')
})
