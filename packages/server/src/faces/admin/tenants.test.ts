import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { operations } from '@wharden/api'
import { OAT_ORGANIZATION_SCOPES, OAT_REPOSITORY_SCOPES, type AccountName } from '@wharden/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed, type Answer } from '../../../test/admin-bed.ts'
import { attemptsOf, type Attempt, type Prepare } from '../../../test/attempts.ts'
import { databaseRows } from '../../../test/database-rows.ts'

/**
 * Two organizations, both with one of everything. Whoever speaks for the one calls every operation of the contract on what
 * the other has, on what it has not, and on an organization that isn't there: nothing is seen, nothing is touched, and the
 * three answers are the same.
 */

const ACME = 'acme' as AccountName

/** In each name that is given in `acme`. Who isn't told it must not read it. */
const MARK = 'mk7'

/** Alike in length, so that even the length of an answer tells nothing. */
const ABSENT: readonly (readonly [RegExp, string])[] = [[/\bacme\b/g, 'ghst']]

/** The first takes no credential and slows down whoever asks again; the others do to the asker what they are asked. */
const NOT_SWEPT = ['session_create', 'session_delete', 'session_end_all', 'user_change_password']

let bed: AdminBed
let attempts: Readonly<Record<string, Prepare>>
const strangers = new Map<string, string>()
/** Of `acme` and of what it has. */
let identifiers: readonly string[] = []
let acmeId = ''

beforeAll(async () => {
  bed = await openAdminBed()
  const root = await bed.setUp()
  const member = await bed.person('member', root, { organization: 'acme', role: 'member' })
  const { body } = await bed.call('GET', '/audit?organization=acme', { as: member })
  await bed.house.recorder.flush()
  attempts = attemptsOf(bed, root, body.data.decision)
  await fill(root)
  identifiers = idsIn(rows())
  acmeId = (await bed.house.store.read.organizations.byName(ACME))?.id ?? ''
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  const owner = await bed.person('stranger', root, { organization: 'other', role: 'owner' })
  await fillOther(owner)
  const token = async (wish: object) =>
    (await bed.must('POST', '/tokens', { as: owner, body: wish })).secrets[0].value as string
  strangers.set('owner', owner)
  strangers.set('auditor', await bed.person('watcher', root, { organization: 'other', role: 'auditor' }))
  strangers.set('company owner', await companyOwner(root))
  strangers.set('pat', await token({ kind: 'pat', label: 'all', repositories: all('repo:admin') }))
  strangers.set(
    'oat',
    await token({
      kind: 'oat',
      organization: 'other',
      label: 'all',
      repositories: all(...OAT_REPOSITORY_SCOPES),
      publicRepositories: true,
      organizationScopes: OAT_ORGANIZATION_SCOPES,
    }),
  )
  const rights = { type: 'scope-map', scopeMap: '_repositories_admin' }
  const { secret: principal } = await bed.must('POST', '/organizations/other/service-principals', {
    as: owner,
    body: { name: 'pipeline' },
  })
  strangers.set('principal', principal)
  strangers.set('map', await token({ kind: 'registry-token', organization: 'other', name: 'device', rights }))
}, 60_000)
afterAll(() => bed.close())

function all(...permissions: readonly string[]) {
  return [{ repository: '*', permissions }]
}

/** Gives `acme` one of everything that the operations make. */
async function fill(root: string): Promise<void> {
  for (const { id, method } of operations()) {
    if (method === 'GET' || method === 'DELETE') continue
    const attempt = await attempts[id]?.(named(id, 'all'))
    if (attempt !== undefined) await bed.call(method, attempt.path, { as: root, ...bodyOf(attempt) })
  }
}

/** Of a company that has `other`, and nothing to do with `acme`. @returns the session's secret */
async function companyOwner(root: string): Promise<string> {
  const owner = await bed.person('tycoon', root)
  await bed.must('POST', '/companies', { as: root, body: { name: 'rivals' } })
  await bed.must('PUT', '/companies/rivals/owners/tycoon', { as: root, body: {} })
  await bed.must('PUT', '/companies/rivals/organizations/other', { as: root, body: {} })
  return owner
}

/** So that a list is never empty because there is nothing to list. */
async function fillOther(owner: string): Promise<void> {
  await bed.must('POST', '/organizations/other/repositories', { as: owner, body: { name: 'samples/nginx' } })
}

const rows = () => databaseRows(join(bed.directory, 'wharden.db'))
const named = (id: string, what: string) => `${id.replaceAll('_', '-')}-${MARK}-${what}`
const bodyOf = ({ body }: Attempt) => (body === undefined ? {} : { body })

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g

function idsIn(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.flatMap((line) => line.match(UUID) ?? []))]
}

type Variant = { readonly what: string; readonly attempt: Attempt }

/** What is there, what isn't, and what would be in an organization that isn't there. */
function variantsOf(id: string, attempt: Attempt): readonly Variant[] {
  const other = named(id, 'two')
  const absent = rewritten(attempt, (text) =>
    text
      .replaceAll(named(id, 'one'), other)
      .replaceAll(UUID, randomUUID())
      .replace(/(?<=\/decisions\/)\w{12}/, 'z'.repeat(12)),
  )
  const nowhere = rewritten(attempt, (text) =>
    ABSENT.reduce((changed, [from, to]) => changed.replaceAll(from, to), text).replaceAll(UUID, randomUUID()),
  )
  return [
    { what: 'there', attempt },
    { what: 'absent', attempt: absent },
    { what: 'nowhere', attempt: nowhere },
  ]
}

/** The same question thrice, about whoever asks: the answer may tell when they asked last. */
function isAboutNothing(attempt: Attempt): boolean {
  return !JSON.stringify(attempt).match(new RegExp(`acme|${MARK}|${UUID.source}`))
}

/** The organization by its id, which nobody else may use either, and by one that is nobody's. */
function byIds(attempt: Attempt): readonly Attempt[] {
  return [acmeId, randomUUID()].map((id) => rewritten(attempt, (text) => text.replaceAll(/\bacme\b/g, id)))
}

function rewritten(attempt: Attempt, change: (text: string) => string): Attempt {
  return JSON.parse(change(JSON.stringify(attempt))) as Attempt
}

/** An answer without what was asked in it, and without what differs from one moment to the next. */
function shapeOf(id: string, { status, headers, text }: Answer): string {
  const { date: _, 'x-request-id': __, ...rest } = headers
  return `${status} ${JSON.stringify(rest)} ${text}`
    .replaceAll(/\b(acme|ghst)\b/g, 'ORGANIZATION')
    .replaceAll(new RegExp(`${id.replaceAll('_', '-')}-${MARK}-(one|two)`, 'g'), 'NAME')
    .replaceAll(UUID, 'ID')
    .replaceAll(/decision (\w{12})/g, 'decision')
    .replaceAll(/"decision":"\w{12}"/g, '"decision"')
    .replaceAll(/decision `\w{12}`/g, 'decision')
}

/** What stands in an answer of `acme` that the question didn't say. */
function seenIn(answer: Answer, { path, body = '' }: Attempt): readonly string[] {
  const asked = path + JSON.stringify(body)
  const text = JSON.stringify(answer.headers) + answer.text
  const marked = [...text.matchAll(new RegExp(`[\\w-]*${MARK}[\\w-]*`, 'g'))].map(([name]) => name)
  const known = [...marked, ...identifiers.filter((each) => text.includes(each))]
  const names = /\bacme\b/.test(text) ? [ACME] : []
  return [...known, ...names].filter((each) => !asked.includes(each))
}

describe.each(operations().filter(({ id }) => !NOT_SWEPT.includes(id)))('$id', ({ id, method, access }) => {
  test('shows nothing of another organization, touches nothing, and tells nobody what is there', async () => {
    const prepared = await attempts[id]?.(named(id, 'one'))
    if (prepared === undefined) throw new Error(`no attempt for ${id}`)
    const before = rows()
    for (const [who, as] of strangers) {
      const answers = []
      for (const { what, attempt } of variantsOf(id, prepared)) {
        const answer = await bed.call(method, attempt.path, { as, ...bodyOf(attempt) })
        expect([who, what, seenIn(answer, attempt)]).toEqual([who, what, []])
        answers.push(shapeOf(id, answer))
      }
      if (access.type === 'action') expect(answers[0]).toMatch(/^40[34] /)
      if (isAboutNothing(prepared)) continue
      const [there, absent, nowhere] = answers
      expect([who, absent]).toEqual([who, there])
      expect([who, nowhere]).toEqual([who, there])
      const [known = '', unknown = ''] = await Promise.all(
        byIds(prepared).map(async ({ path, ...rest }) =>
          shapeOf(id, await bed.call(method, path, { as, ...rest })),
        ),
      )
      expect([who, known]).toEqual([who, unknown])
    }
    expect(rows()).toEqual(before)
  })
})

test('a token for a repository of another organization is refused alike, whether that is there or not', async () => {
  const as = strangers.get('owner')
  const before = rows()
  const answers = []
  const known = 'acme/samples/repository-create-mk7-all'
  for (const repository of [known, known.replace('all', 'not'), known.replace('acme', 'ghst')]) {
    const body = {
      kind: 'pat',
      label: 'far',
      expiresAt: null,
      repositories: [{ repository, permissions: ['repo:read'] }],
    }
    const { status, text } = await bed.call('POST', '/tokens', { as, body })
    answers.push(`${status} ${text.replaceAll(repository, 'REPOSITORY')}`)
  }
  expect(answers[0]).toMatch(/^4/)
  expect(new Set(answers.map((answer) => answer.replaceAll(/acme|ghst/g, 'ORGANIZATION'))).size).toBe(1)
  expect(rows()).toEqual(before)
})
