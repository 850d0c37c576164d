import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAnswers, type Answers } from '../../test/answers.ts'
import { runInMemory } from '../../test/run-in-memory.ts'

let server: Answers
/** Whether the organization has a repository that begins with its own name. */
let has = false

beforeAll(async () => {
  server = await startAnswers(({ line }) => {
    if (!line.startsWith('GET /api/v1/organizations/acme/repositories')) return undefined
    const repository = {
      name: 'acme/app',
      organization: 'acme',
      description: '',
      visibility: 'private',
      changeableAttributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
      reference: 'localhost:5443/acme/acme/app',
      createdAt: '2026-11-21T12:00:00Z',
      updatedAt: '2026-11-21T12:00:00Z',
    }
    return [200, { items: has ? [repository] : [], next: null }]
  })
})
afterAll(() => server.close())

const run = (argv: readonly string[]) =>
  runInMemory([...argv, '--org', 'acme'], { environment: { WHARDEN_SERVER: server.url } })

test.each([
  ['token', 'create', '--name', 'MyToken', '--repository', 'acme/app', 'content/read'],
  ['token', 'create', '--label', 'ci', '--expires', '1d', '--repository', 'acme/*', 'pull'],
  [
    'scope-map',
    'create',
    'devices',
    '--repository',
    'b',
    'content/read',
    '--repository',
    'acme/app',
    'content/read',
  ],
  ['group', 'permission', 'set', 'developers', 'acme/app', 'read'],
  ['scope-map', 'update', 'devices', '--add', 'acme/app', 'content/read'],
])(
  'the organization’s own name before a repository is a slip, unless there is such a one: %s %s',
  async (...argv) => {
    has = false
    expect(await run(argv)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: `acme\/(app|\*)` would be `acme\/acme\/\1`: .*\nnext: say `\1`; /,
      ),
    })
    has = true
    // What it asks for next is not there.
    expect(await run(argv)).toMatchObject({ code: 1, stderr: expect.stringContaining('answered 500') })
  },
)
