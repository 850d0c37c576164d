import {
  PULL_WINDOW,
  type AccountName,
  type OatOrganizationScope,
  type OatRepositoryScope,
  type PatScope,
  type RepositoryAction,
} from '@wharden/policy'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import type { RuleRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import { credentialView } from '../credential-view.ts'
import { writtenRules } from '../rules.ts'
import { instant, instantOrNull } from '../time.ts'
import type { TokenRecord } from './token-kind.ts'
import { sectionOf, type Section } from './token-rules.ts'

/** A token as the API shows it: everything but its secrets, which nobody has any more. */
export async function tokenView(read: ReadNouns, token: TokenRecord, now: number) {
  const rules = await read.credentials.rules(token.id)
  const common = { ...credentialView(token, now), renewable: token.renewable }
  switch (token.kind) {
    case 'pat':
      return {
        kind: token.kind,
        ...common,
        label: token.name,
        user: await userName(read, token),
        repositories: patRules(token, rules),
      }
    case 'oat':
      return { kind: token.kind, ...common, ...(await oatView(read, token, rules, now)) }
    case 'registry-token':
      return { kind: token.kind, ...common, ...(await registryTokenView(read, token, rules)) }
  }
}

function patRules({ scopes }: TokenRecord, rules: readonly RuleRecord[]) {
  const everywhere = { repository: '*', permissions: [...scopes] as PatScope[] } // written by `readPatRules`
  return [...(scopes.length === 0 ? [] : [everywhere]), ...writtenRules<PatScope>(rules)]
}

async function oatView(read: ReadNouns, token: TokenRecord, rules: readonly RuleRecord[], now: number) {
  const of = (section: Section) => rules.filter((rule) => sectionOf(rule) === section)
  return {
    label: token.name,
    organization: await organizationName(read, token),
    repositories: writtenRules<OatRepositoryScope>(of('repositories')),
    publicRepositories: of('public').length > 0,
    upstreams: writtenRules<'scope-image-pull'>(of('upstreams')),
    organizationScopes: [...token.scopes] as OatOrganizationScope[], // written from the API's list
    pullLimit: token.pullLimit ?? null,
    pullUsage: token.pullLimit === undefined ? null : await pullUsage(read, token, now),
  }
}

async function pullUsage({ pullCounts }: ReadNouns, { id }: TokenRecord, now: number) {
  const count = await pullCounts.of(`credential:${id}`)
  const ends = (count?.windowStart ?? 0) + PULL_WINDOW
  return count === undefined || ends <= now
    ? { used: 0, resetsAt: null }
    : { used: count.pulls, resetsAt: instant(ends) }
}

async function registryTokenView(read: ReadNouns, token: TokenRecord, rules: readonly RuleRecord[]) {
  const scopeMap = token.scopeMap === undefined ? undefined : await read.scopeMaps.byId(token.scopeMap)
  const secrets = await read.credentials.secrets(token.id)
  return {
    name: token.name,
    organization: await organizationName(read, token),
    scopeMap: scopeMap?.name ?? null,
    upstreams: writtenRules<Extract<RepositoryAction, `${string}/read`>>(rules),
    passwords: secrets.flatMap(({ slot, createdAt, expiresAt }) =>
      slot === 'token' || slot === 'previous'
        ? []
        : [{ name: slot, createdAt: instant(createdAt), expiresAt: instantOrNull(expiresAt) }],
    ),
  }
}

async function organizationName(read: ReadNouns, { organization }: TokenRecord): Promise<AccountName | ''> {
  return organization === undefined ? '' : ((await read.organizations.byId(organization))?.name ?? '')
}

async function userName(read: ReadNouns, { user }: TokenRecord): Promise<AccountName | ''> {
  return user === undefined ? '' : ((await read.users.byId(user))?.name ?? '')
}

/** A token as the audit log remembers it. */
export async function tokenState(read: ReadNouns, token: TokenRecord, now: number): Promise<JsonObject> {
  const { lastUsed: _, id: _id, createdAt: _createdAt, ...view } = await tokenView(read, token, now)
  const { pullUsage: _usage, ...state } = { pullUsage: null, ...view }
  return state
}
