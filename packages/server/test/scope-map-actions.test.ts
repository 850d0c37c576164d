/**
 * Each action of a scope map alone, and each two of them, against everything a client does: docker's words and Azure's. What
 * came of it is a golden file that people review, `docs/policy/scope-map-actions.txt`; what must hold whatever it says is
 * asserted beside it.
 */
import { NEEDED, REPOSITORY_ACTIONS, SCOPE_ACTION, type RepositoryAction } from '@wharden/policy'
import { beforeAll, expect, it } from 'vitest'
import { site } from './azure-bed.ts'
import type { Answer, Sent } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, newBlob, pushImage } from './images.ts'

type Need = keyof typeof NEEDED
type Dialect = 'docker' | 'azure'
type Repository = Awaited<ReturnType<typeof pushImage>> & { readonly name: string }

/** What it takes, or `read`: it shows what could be read. NAME has an image `v1`, NEIGHBOUR a blob of its own. */
const ACTS: readonly (readonly [name: string, need: Need | 'read', request: string])[] = [
  ['pull a manifest', 'pull', 'GET /v2/NAME/manifests/v1'],
  ['look at a manifest', 'pull', 'HEAD /v2/NAME/manifests/v1'],
  ['pull a blob', 'pull', 'GET /v2/NAME/blobs/LAYER'],
  ['list tags', 'list', 'GET /v2/NAME/tags/list'],
  ['list referrers', 'list', 'GET /v2/NAME/referrers/MANIFEST'],
  ['see it in the catalog', 'read', 'GET /v2/_catalog'],
  ['begin an upload', 'push', 'POST /v2/NAME/blobs/uploads/'],
  ['push a blob', 'push', 'POST /v2/NAME/blobs/uploads/?digest=NEW'],
  ['mount a blob of another', 'push', 'POST /v2/NAME/blobs/uploads/?mount=OTHER&from=samples/other'],
  ['push a manifest', 'push', 'PUT /v2/NAME/manifests/again'],
  ['push to a new repository', 'push', 'POST /v2/NAME-new/blobs/uploads/'],
  ['delete a tag', 'delete', 'DELETE /v2/NAME/manifests/v1'],
  ['delete a manifest', 'delete', 'DELETE /v2/NAME/manifests/MANIFEST'],
  ['delete a blob', 'delete', 'DELETE /v2/NAME/blobs/LAYER'],
  ['see it in the catalog', 'read', 'GET /acr/v1/_catalog'],
  ['show the repository', 'inspect', 'GET /acr/v1/NAME'],
  ['list tags', 'inspect', 'GET /acr/v1/NAME/_tags'],
  ['show a tag', 'inspect', 'GET /acr/v1/NAME/_tags/v1'],
  ['list manifests', 'inspect', 'GET /acr/v1/NAME/_manifests'],
  ['show a manifest', 'inspect', 'GET /acr/v1/NAME/_manifests/MANIFEST'],
  ['change its attributes', 'change', 'PATCH /acr/v1/NAME'],
  ['change those of a tag', 'change', 'PATCH /acr/v1/NAME/_tags/v1'],
  ['change those of a manifest', 'change', 'PATCH /acr/v1/NAME/_manifests/MANIFEST'],
  ['delete a tag', 'delete', 'DELETE /acr/v1/NAME/_tags/v1'],
  ['delete a manifest', 'delete', 'DELETE /acr/v1/NAME/_manifests/MANIFEST'],
  ['delete the repository', 'delete', 'DELETE /acr/v1/NAME'],
]

const SETS: readonly (readonly RepositoryAction[])[] = [
  [],
  ...REPOSITORY_ACTIONS.map((action) => [action]),
  ...REPOSITORY_ACTIONS.flatMap((one, at) => REPOSITORY_ACTIONS.slice(at + 1).map((other) => [one, other])),
  REPOSITORY_ACTIONS,
]

/** A refusal: never said by the same status in both. HEAD of a manifest has no body, and is refused all the same. */
const REFUSED: Readonly<Record<Dialect, number>> = { docker: 403, azure: 401 }

describeServer('the actions of a scope map', (server) => {
  let ci: Issued
  let other: string
  let count = 0
  const tokens: Issued[] = []
  /** By dialect and request, for each set of actions. */
  const rows = new Map<string, readonly Answer[]>()

  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    ;({
      layer: { digest: other },
    } = await pushImage(server(), 'samples/other', { as: ci, site, tag: 'v1' }))
    for (const [place, actions] of SETS.entries())
      tokens.push(await server().registryToken('acme', `token-${place}`, { 'samples/*': actions }))
    for (const [, need, request] of ACTS)
      for (const dialect of dialectsOf(request))
        rows.set(`${dialect} ${request}`, await tried(dialect, need, request))
  }, 120_000)

  const dialectsOf = (request: string): readonly Dialect[] =>
    request.includes(' /acr/') ? ['azure'] : ['docker', 'azure']

  async function make(): Promise<Repository> {
    const name = `samples/app${(count += 1)}`
    return { name, ...(await pushImage(server(), name, { as: ci, site, tag: 'v1' })) }
  }

  /** By all of them in turn; a new repository for each that is deleted from. */
  async function tried(dialect: Dialect, need: Need | 'read', request: string): Promise<readonly Answer[]> {
    const answers: Answer[] = []
    let repository = await make()
    for (const token of tokens) {
      answers.push(await ask(dialect, token, repository, request))
      if (need === 'delete' && isDone(answers.at(-1))) repository = await make()
    }
    return answers
  }

  async function ask(
    dialect: Dialect,
    by: Issued,
    { name, ...image }: Repository,
    request: string,
  ): Promise<Answer> {
    const fresh = newBlob()
    const [method = '', path = ''] = request
      .replace('NAME', name)
      .replace('LAYER', image.layer.digest)
      .replace('MANIFEST', image.manifest.digest)
      .replace('OTHER', other)
      .replace('NEW', fresh.digest)
      .split(' ')
    const names = [name, `${name}-new`, 'samples/other']
    const scope = ['registry:catalog:*', ...names.map((one) => `repository:${one}:*`)]
    const token = dialect === 'docker' ? await dockers(by, scope) : await azures(by, scope)
    const bodies: Readonly<Record<string, Sent>> = {
      PATCH: { body: '{"deleteEnabled":true}' },
      PUT: { body: image.manifest.bytes, headers: { 'content-type': image.manifest.mediaType } },
      POST: path.includes('digest=') ? { body: fresh.bytes } : {},
    }
    const answer = await server().send(method, path, { site, token, ...bodies[method] })
    // A catalog shows what could be read: not to be shown is to be refused.
    return answer.json?.repositories?.includes(name) === false
      ? { ...answer, status: REFUSED[dialect] }
      : answer
  }

  const dockers = (as: Issued, scope: readonly string[]) => server().token({ as, scope, site })

  async function azures({ name, secret }: Issued, scope: readonly string[]): Promise<string> {
    const form = { grant_type: 'password', username: name, password: secret, scope: scope.join(' ') }
    const body = new URLSearchParams({ ...form, service: `${site}:${server().port}` }).toString()
    return demand(await server().send('POST', '/oauth2/token', { site, body }), 200).json.access_token
  }

  const answersTo = (dialect: Dialect, request: string) => rows.get(`${dialect} ${request}`) ?? []

  it('do what docs/policy/scope-map-actions.txt says', async () => {
    const letters = SETS.map((_, place) => String.fromCharCode(65 + place))
    const line = (name: string, cells: readonly string[]) =>
      `  ${name.padEnd(28)}${cells.map((cell) => cell.padEnd(4)).join('')}`.trimEnd()
    const table = (title: string, dialect: Dialect, below: string) => [
      title,
      '',
      line('', letters),
      ...ACTS.filter(([, , request]) => request.includes(` ${below}`)).map(([name, , request]) =>
        line(
          name,
          answersTo(dialect, request).map(({ status }) => (status === REFUSED[dialect] ? '-' : `${status}`)),
        ),
      ),
      '',
    ]
    const text = [
      INTRODUCTION,
      ...SETS.map((actions, place) => `  ${letters[place]}  ${actions.join(', ') || 'nothing'}`),
      '',
      ...table('DOCKER, by a token of /token: - is 403', 'docker', '/v2/'),
      ...table('AZURE, by a token of /oauth2/token: - is 401', 'azure', '/v2/'),
      ...table('AZURE, below /acr/v1/: - is 401', 'azure', '/acr/v1/'),
      'WHAT IS SAID, in both the same, before the decision’s id',
      ...SAID.flatMap((request) => ['', `  ${request}`, ...told(request)]),
      '',
    ]
    await expect(text.join('\n')).toMatchFileSnapshot('../../../docs/policy/scope-map-actions.txt')
  })

  /** To each action alone, in the words that are left when the repository and the token are named as here. */
  function told(request: string): readonly string[] {
    const answers = answersTo(request.includes(' /acr/') ? 'azure' : 'docker', request)
    return answers.slice(0, REPOSITORY_ACTIONS.length + 1).flatMap((answer, place) => {
      if (isDone(answer)) return []
      const message = messageOf(answer)
        .replaceAll(/token-\d+/g, 'MyToken')
        .replaceAll(/app\d+/g, 'app')
        .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…')
        .replace(/ \(decision \w+\)$/, '')
      return [`    ${SETS[place]?.join() || 'nothing'}`, `      ${message}`]
    })
  }

  it.each(ACTS)('%s takes what it needs, and no more: %s, %s', (_, need, request) => {
    for (const dialect of dialectsOf(request)) {
      const allowed = answersTo(dialect, request).map(isDone)
      const meant = SETS.map((held) =>
        need === 'read'
          ? held.some((action) => action.endsWith('/read'))
          : NEEDED[need].every((action) => held.includes(action)),
      )
      expect([dialect, ...allowed]).toEqual([dialect, ...meant])
    }
  })

  it.each(ACTS.filter(([, need]) => need !== 'read'))(
    'a refusal says what is lacking: %s, %s, %s',
    (_, need, request) => {
      for (const dialect of dialectsOf(request))
        for (const [place, answer] of answersTo(dialect, request).entries()) {
          const lacks = lackedBy(SETS[place] ?? [], need)
          if (lacks === '') continue
          expect(answer.status).toBe(REFUSED[dialect])
          if (!request.startsWith('HEAD'))
            expect(messageOf(answer)).toMatch(
              new RegExp(`ask an owner of acme to add ${lacks} on \\S+ to its scope map`),
            )
          if (dialect === 'azure')
            expect(answer.headers['www-authenticate']).toMatch(
              /scope="repository:[^"]+",error="insufficient_scope"$/,
            )
        }
    },
  )

  it('a push that lacks reading says so in both dialects, with the scope of a push', () => {
    const place = SETS.findIndex((actions) => actions.join() === 'content/write')
    const [dockers, azures] = (['docker', 'azure'] as const).map(
      (dialect) => answersTo(dialect, 'POST /v2/NAME/blobs/uploads/')[place],
    )
    for (const answer of [dockers, azures])
      expect(messageOf(answer)).toContain(
        'it may: content/write, but a push needs to read as well; ask an owner of',
      )
    expect(azures?.headers['www-authenticate']).toContain(':pull,push",error="insufficient_scope"')
    const asked = azures?.json.errors[0].detail.map(({ Action }: { readonly Action: string }) => Action)
    expect(asked).toEqual([SCOPE_ACTION['content/read'], SCOPE_ACTION['content/write']])
  })
})

/** All that it takes and isn't there, as an owner is to add it. */
function lackedBy(held: readonly RepositoryAction[], need: Need | 'read'): string {
  const needed: readonly RepositoryAction[] = need === 'read' ? [] : NEEDED[need]
  return REPOSITORY_ACTIONS.filter((action) => needed.includes(action) && !held.includes(action)).join(
    ' and ',
  )
}

/** Of whose refusals the words are shown. */
const SAID = [
  'GET /v2/NAME/manifests/v1',
  'POST /v2/NAME/blobs/uploads/',
  'GET /v2/NAME/tags/list',
  'DELETE /v2/NAME/manifests/MANIFEST',
  'PATCH /acr/v1/NAME/_tags/v1',
  'DELETE /acr/v1/NAME',
]

const INTRODUCTION = `What a registry token can do whose scope map gives it this on \`samples/*\`, as HTTP status codes, in a repository of acme there. Asked of
a running server by a test, by docker's tokens and by Azure's; people review its difference. Both may do the same.
`

function isDone(answer: Answer | undefined): boolean {
  return answer !== undefined && answer.status < 400
}

function messageOf(answer: Answer | undefined): string {
  return answer?.json?.errors?.[0].message ?? ''
}
