/**
 * Every scope of every kind of token against everything there is to do, asked of the running server. What came of it is a
 * golden file that people review, `docs/policy/token-scopes.txt`; what must hold whatever it says is asserted beside it.
 */
import { BASE_PATH, operations, type Operation } from '@wharden/api'
import {
  NEEDED,
  OAT_ORGANIZATION_SCOPES,
  OAT_REPOSITORY_SCOPES,
  OAT_RIGHTS,
  PAT_RIGHTS,
  PAT_SCOPES,
  SERVICE_PRINCIPAL_RIGHTS,
  SERVICE_PRINCIPAL_ROLES,
  type Action,
  type RightsOf,
} from '@wharden/policy'
import { beforeAll, expect, it } from 'vitest'
import { ensureSetupLink } from '../src/operations/manage/create-setup-link.ts'
import { attemptsOf } from './attempts.ts'
import type { Login } from './client.ts'
import { describeServer } from './describe-server.ts'
import { registryActs, type RegistryAct } from './registry-acts.ts'

/** One column: a token that holds this and nothing else. */
type Column = {
  readonly name: string
  readonly rights: RightsOf
  readonly readsPublic: boolean
  readonly body: object
  /** Else by the tokens' operation. */
  readonly made?: 'service-principal'
}

const PRINCIPALS = '/organizations/acme/service-principals'
const PASSWORD = 'correct horse battery'
const NOTHING: RightsOf = { organization: [], repositories: [], public: [], upstream: [] }
const OAT = { kind: 'oat', organization: 'acme', label: 'one' }
const ALL_OF_IT = (scope: string) => [{ repository: '*', permissions: [scope] }]

const COLUMNS: readonly Column[] = [
  { name: 'an oat without scopes', rights: NOTHING, readsPublic: false, body: OAT },
  {
    name: 'an oat that reads public repositories',
    rights: NOTHING,
    readsPublic: true,
    body: { ...OAT, publicRepositories: true },
  },
  ...OAT_REPOSITORY_SCOPES.map((name) => ({
    name,
    rights: OAT_RIGHTS[name],
    readsPublic: false,
    body: { ...OAT, repositories: ALL_OF_IT(name) },
  })),
  ...OAT_ORGANIZATION_SCOPES.map((name) => ({
    name,
    rights: OAT_RIGHTS[name],
    readsPublic: false,
    body: { ...OAT, organizationScopes: [name] },
  })),
  ...PAT_SCOPES.map((name) => ({
    name,
    rights: PAT_RIGHTS[name],
    readsPublic: true,
    body: { kind: 'pat', label: 'one', repositories: ALL_OF_IT(name) },
  })),
  ...SERVICE_PRINCIPAL_ROLES.map((role) => ({
    name: `a service principal: ${role}`,
    // The administration refuses it, whatever its role says of the organization: that is for the control plane.
    rights: { ...SERVICE_PRINCIPAL_RIGHTS[role], organization: [] },
    readsPublic: false,
    body: { name: role, role },
    made: 'service-principal' as const,
  })),
]

/** From the wider to the narrower. */
const CHAINS = [
  ['scope-image-delete', 'scope-image-push', 'scope-image-pull'],
  ['scope-repository-admin', 'scope-repository-edit', 'scope-repository-read'],
  ['scope-tag-admin', 'scope-tag-read'],
  ['scope-member-edit', 'scope-member-read'],
  ['scope-invite-edit', 'scope-invite-read'],
  ['scope-group-edit', 'scope-group-read'],
  ['scope-activity-read', 'scope-audit_events-read'],
  ['scope-governance-policy-write', 'scope-governance-policy-read'],
  PAT_SCOPES,
] as const

type Meant = (rights: RightsOf, place: number) => boolean
const everybody: Meant = () => true
const nobody: Meant = () => false

/** What hangs on more than the one action that the contract names, and why. */
const SPECIAL: Readonly<Record<string, Meant>> = {
  // About oneself.
  session_show: everybody,
  organization_list: everybody,
  company_list: everybody,
  // Shows what one may read, be it nothing.
  repository_list: everybody,
  // Whoever was refused, and whoever reads the activity log.
  decision_explain: (rights, place) => place === 0 || rights.organization.includes('activity/read'),
  // Its description alone, as an attribute.
  repository_update: (rights) =>
    rights.organization.includes('repository/edit') || rights.repositories.includes('metadata/write'),
  // Of two things, each with a scope of its own.
  member_export: nobody,
  repository_list_groups: nobody,
  // Gives rights on repositories, which nobody gives who doesn't hold them.
  group_set_permission: nobody,
}

describeServer('a token’s scopes', (server) => {
  const rows = new Map<string, readonly number[]>()
  const acts = new Map<string, RegistryAct>()
  const administration = operations().filter(({ access }) => access.type !== 'public')

  async function call(
    method: string,
    path: string,
    { as, body }: { as?: string | undefined; body?: unknown } = {},
  ) {
    return server().send(method, `${BASE_PATH}${path}`, {
      ...(as !== undefined && { token: as }),
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
  }

  async function must(method: string, path: string, sent: { as?: string | undefined; body?: unknown } = {}) {
    const answer = await call(method, path, sent)
    if (answer.status < 300) return answer.json
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  }

  async function signedUp(): Promise<string> {
    const link = await ensureSetupLink(server().house)
    const secret = link.type === 'waiting' ? link.secret.reveal() : ''
    const body = { secret, user: 'root', password: PASSWORD, organization: 'acme' }
    return (await must('POST', '/setup', { body })).session.secret
  }

  async function issued(as: string, { body, made }: Column): Promise<Login> {
    if (made === 'service-principal') {
      const { servicePrincipal, secret } = await must('POST', PRINCIPALS, { as, body })
      return { name: servicePrincipal.id, secret }
    }
    const { login, secrets } = await must('POST', '/tokens', { as, body })
    return { name: login.username, secret: secrets[0].value }
  }

  beforeAll(async () => {
    const root = await signedUp()
    await server().organization('other')
    const logins: Login[] = []
    for (const column of COLUMNS) logins.push(await issued(root, column))
    const refused = await call('GET', '/audit?organization=acme', { as: logins[0]?.secret ?? '' })
    const attempts = attemptsOf(
      { must, password: PASSWORD, house: server().house },
      root,
      refused.json.data.decision,
    )
    for (const act of await registryActs(server())) {
      acts.set(act.name, act)
      rows.set(act.name, await triedByAll(logins, act.prepare, (login, ask) => ask(login)))
    }
    for (const { id, method } of administration) {
      let made = 0
      const prepare = async () => attempts[id]?.(`${id.replaceAll('_', '-')}-${(made += 1)}`) ?? { path: '' }
      const row = await triedByAll(logins, prepare, async ({ secret: as }, { path, ...body }) => {
        return (await call(method, path, { as, ...body })).status
      })
      rows.set(id, row)
    }
  }, 180_000)

  it('do what docs/policy/token-scopes.txt says', async () => {
    const letters = COLUMNS.map((_, place) => String.fromCharCode((place < 26 ? 65 : 71) + place))
    const legend = COLUMNS.map(({ name }, place) => `  ${letters[place]}  ${name}`)
    const line = (name: string, cells: readonly string[]) =>
      `${name.padEnd(44)}${cells.map((cell) => cell.padEnd(4)).join('')}`.trimEnd()
    const shown = [...rows].map(([name, row]) =>
      line(
        name,
        row.map((status) => (status === 403 ? '-' : String(status))),
      ),
    )
    const [registry, rest] = [shown.slice(0, acts.size), shown.slice(acts.size)]
    const text = [
      INTRODUCTION,
      ...legend,
      '',
      line('THE REGISTRY', letters),
      ...registry,
      '',
      line('THE ADMINISTRATION API', letters),
      ...rest,
      '',
    ].join('\n')
    await expect(text).toMatchFileSnapshot('../../../docs/policy/token-scopes.txt')
  })

  it('let a client do at the registry what rights.ts says, and nothing more', () => {
    for (const [name, { need, where }] of acts) {
      const allowed = COLUMNS.filter((_, place) => (rows.get(name)?.[place] ?? 500) < 400)
      const meant = COLUMNS.filter(({ rights, readsPublic }) => {
        if (where === 'nowhere') return need === undefined
        const held: readonly Action[] =
          where === 'public' && readsPublic ? PAT_RIGHTS['repo:public_read'].public : []
        const given: readonly Action[] = where === 'own' ? rights.repositories : held
        return need === undefined || NEEDED[need].every((action) => given.includes(action))
      })
      expect([name, ...allowed.map((column) => column.name)]).toEqual([
        name,
        ...meant.map((column) => column.name),
      ])
    }
  })

  it('let it do in the administration what rights.ts says, and nothing more', () => {
    const wrong = administration.flatMap((operation) =>
      COLUMNS.flatMap(({ name, rights }, place) => {
        const allowed = (rows.get(operation.id)?.[place] ?? 500) < 400
        return allowed === isMeant(operation, rights, place) ? [] : [`${operation.id} ${name}: ${allowed}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('allow whatever a narrower one allows: edit includes read', () => {
    const place = (scope: string) => COLUMNS.findIndex(({ name }) => name === scope)
    for (const chain of CHAINS)
      for (const [at, wide] of chain.entries())
        for (const narrow of chain.slice(at + 1)) {
          const lost = [...rows].filter(
            ([, row]) => (row[place(narrow)] ?? 500) < 400 && (row[place(wide)] ?? 500) >= 400,
          )
          expect([wide, narrow, ...lost.map(([name]) => name)]).toEqual([wide, narrow])
        }
  })

  it('never make the server fail', () => {
    const failed = [...rows].filter(([, row]) => row.some((status) => status >= 500))
    expect(failed).toEqual([])
  })
})

function isMeant({ id, access }: Operation, rights: RightsOf, place: number): boolean {
  if (COLUMNS[place]?.made === 'service-principal') return false
  const special = SPECIAL[id]
  if (special !== undefined) return special(rights, place)
  if (access.type !== 'action') return false
  const held: readonly Action[] =
    access.on === 'repository' ? [...rights.organization, ...rights.repositories] : rights.organization
  return held.includes(access.action)
}

/** What is prepared is used up by the first who may; those who may not leave it as it was. */
async function triedByAll<Prepared>(
  logins: readonly Login[],
  prepare: () => Promise<Prepared>,
  attempt: (login: Login, prepared: Prepared) => Promise<number>,
): Promise<readonly number[]> {
  const statuses: number[] = []
  let prepared = await prepare()
  for (const login of logins) {
    const status = await attempt(login, prepared)
    statuses.push(status)
    if (status < 400) prepared = await prepare()
  }
  return statuses
}

const INTRODUCTION = `What a token with one scope can do, as HTTP status codes; - is 403, told no. Asked of a running server by a test; people review
its difference. Organization tokens are \`acme\`'s, with the scope on \`*\`; personal ones are an owner's, who administers the installation. Service
principals are \`acme\`'s; the administration refuses them.
`
