import type { OatOrganizationScope, OatRepositoryScope, PatScope, RepositoryAction } from '@wharden/policy'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import { credentialView } from '../credential-view.ts'
import { writtenRules } from '../rules.ts'
import { instant, instantOrNull } from '../time.ts'
import { aroundTokens, type AroundTokens } from './around-tokens.ts'
import type { TokenRecord } from './token-kind.ts'
import { sectionOf, type Section } from './token-rules.ts'

/** A token as the API shows it: everything but its secrets, which nobody has any more. */
export async function tokenView(read: ReadNouns, token: TokenRecord, now: number) {
  return viewOf(token, await aroundTokens(read, [token], now), now)
}

/** Those of a page, read together. */
export async function tokenViews(read: ReadNouns, tokens: readonly TokenRecord[], now: number) {
  const around = await aroundTokens(read, tokens, now)
  return tokens.map((token) => viewOf(token, around, now))
}

function viewOf(token: TokenRecord, around: AroundTokens, now: number) {
  const common = { ...credentialView(token, now), renewable: token.renewable }
  switch (token.kind) {
    case 'pat':
      return {
        kind: token.kind,
        ...common,
        label: token.name,
        user: userName(token, around),
        repositories: patRules(token, around),
      }
    case 'oat':
      return { kind: token.kind, ...common, ...oatView(token, around) }
    case 'registry-token':
      return { kind: token.kind, ...common, ...registryTokenView(token, around) }
  }
}

function patRules({ id, scopes }: TokenRecord, { rules }: AroundTokens) {
  const everywhere = { repository: '*', permissions: [...scopes] as PatScope[] } // written by `readPatRules`
  return [...(scopes.length === 0 ? [] : [everywhere]), ...writtenRules<PatScope>(rules.get(id) ?? [])]
}

function oatView(token: TokenRecord, around: AroundTokens) {
  const rules = around.rules.get(token.id) ?? []
  const of = (section: Section) => rules.filter((rule) => sectionOf(rule) === section)
  return {
    label: token.name,
    organization: organizationName(token, around),
    repositories: writtenRules<OatRepositoryScope>(of('repositories')),
    publicRepositories: of('public').length > 0,
    upstreams: writtenRules<'scope-image-pull'>(of('upstreams')),
    organizationScopes: [...token.scopes] as OatOrganizationScope[], // written from the API's list
    pullLimit: token.pullLimit ?? null,
    pullUsage: around.pulls.get(token.id) ?? null,
  }
}

function registryTokenView(token: TokenRecord, around: AroundTokens) {
  const rules = around.rules.get(token.id) ?? []
  const secrets = around.secrets.get(token.id) ?? []
  return {
    name: token.name,
    organization: organizationName(token, around),
    scopeMap: (token.scopeMap === undefined ? undefined : around.scopeMaps.get(token.scopeMap)) ?? null,
    upstreams: writtenRules<Extract<RepositoryAction, `${string}/read`>>(rules),
    passwords: secrets.flatMap(({ slot, createdAt, expiresAt }) =>
      slot === 'token' || slot === 'previous'
        ? []
        : [{ name: slot, createdAt: instant(createdAt), expiresAt: instantOrNull(expiresAt) }],
    ),
  }
}

function organizationName({ organization }: TokenRecord, { organizations }: AroundTokens) {
  return (organization === undefined ? undefined : organizations.get(organization)) ?? ''
}

function userName({ user }: TokenRecord, { users }: AroundTokens) {
  return (user === undefined ? undefined : users.get(user)) ?? ''
}

export type TokenView = Awaited<ReturnType<typeof tokenView>>

/** A token as the audit log remembers it. */
export async function tokenState(read: ReadNouns, token: TokenRecord, now: number): Promise<JsonObject> {
  return stateOf(await tokenView(read, token, now))
}

export function stateOf({ lastUsed: _, id: _id, createdAt: _createdAt, ...view }: TokenView): JsonObject {
  const { pullUsage: _usage, ...state } = { pullUsage: null, ...view }
  return state
}
