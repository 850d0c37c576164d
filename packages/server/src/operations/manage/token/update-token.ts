import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { CredentialStatus, NewRule } from '../../../stores/metadata/port/credentials.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { settingsOf } from '../../organization-settings.ts'
import { actorOf } from '../actor.ts'
import { requireHeld } from '../held.ts'
import { requireWithin } from '../plan.ts'
import type { WrittenRule } from '../rules.ts'
import { requireSignedIn, type SignedIn } from '../signed-in.ts'
import { isToken, subjectOf, type TokenKind, type TokenRecord } from './token-kind.ts'
import {
  bindOatGifts,
  bindPatLimits,
  bindRegistryUpstreams,
  readPatRules,
  sectionOf,
  type PatPlan,
  type Section,
} from './token-rules.ts'
import { existing } from './token-scope-map.ts'
import { statusOf, tokenState, tokenView } from './token-view.ts'
import { requireToken, tenantOf, unknownToken } from './token.ts'

/** What is absent stays as it is. */
export type TokenChange = {
  readonly label?: string | undefined
  readonly description?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly status?: CredentialStatus | undefined
  readonly repositories?: readonly WrittenRule[] | undefined
  readonly publicRepositories?: boolean | undefined
  readonly upstreams?: readonly WrittenRule[] | undefined
  readonly organizationScopes?: readonly string[] | undefined
  readonly scopeMap?: string | undefined
  readonly pullLimit?: number | null | undefined
}

const COMMON = ['description', 'addresses', 'status'] as const satisfies readonly (keyof TokenChange)[]

const FIELDS: { readonly [Kind in TokenKind]: readonly (keyof TokenChange)[] } = {
  pat: [...COMMON, 'label', 'repositories'],
  oat: [
    ...COMMON,
    'label',
    'repositories',
    'publicRepositories',
    'upstreams',
    'organizationScopes',
    'pullLimit',
  ],
  'registry-token': [...COMMON, 'upstreams', 'scopeMap'],
}

/** What a change of rights comes down to: which of the token's rules go, and what comes instead. */
type Rights = {
  readonly scopes?: readonly string[] | undefined
  readonly replaced: readonly Section[]
  readonly rules: readonly NewRule[]
}

/** Changes a token; the next request with it, or with anything issued from it, meets the change. @throws {AppError} */
export async function updateToken(
  house: House,
  caller: Caller,
  { token: text, ...change }: { readonly token: string } & TokenChange,
) {
  const token = await requireToken(house, caller, text, 'token/edit')
  const { id } = token
  requireFields(token, change)
  const giver = requireSignedIn(caller)
  const plan =
    token.kind === 'pat' && change.repositories !== undefined
      ? await readPatRules(house, giver, change.repositories)
      : undefined
  const organization =
    token.organization === undefined
      ? undefined
      : await house.store.read.organizations.byId(token.organization)
  const updated = await house.store.change(
    tenantOf(house, token),
    await actorOf(house, caller),
    async (tx) => {
      const before = await tx.credentials.byId(id)
      if (before === undefined || !isToken(before)) throw unknownToken(id)
      requireAlive(before, caller.context.now)
      requireMayChange(before, organization)
      const state = await tokenState(tx, before, caller.context.now)
      const after = await applyChange(tx, before, change, {
        scopeMap: await scopeMapOf(tx, organization, giver, change),
        rights: await rightsOf(tx, before, organization, giver, change, plan),
      })
      await tx.record(
        toStored({
          type: 'token_updated',
          subject: subjectOf(before),
          before: state,
          after: await tokenState(tx, after, caller.context.now),
        }),
      )
      return after
    },
  )
  return tokenView(house.store.read, updated, caller.context.now)
}

function requireFields({ kind }: TokenRecord, change: TokenChange): void {
  for (const [field, value] of Object.entries(change)) {
    if (value !== undefined && !FIELDS[kind].some((known) => known === field)) {
      throw new AppError('invalid', `a token of kind \`${kind}\` has no \`${field}\` to change`, { field })
    }
  }
}

function requireAlive(token: TokenRecord, now: number): void {
  if (statusOf(token, now) !== 'expired') return
  throw new AppError('conflict', 'this token has expired and can only be deleted; create a new one')
}

/** As on Docker Hub, if the organization wants it so: of an inactive token nothing can be done but to delete it. */
function requireMayChange({ kind, status }: TokenRecord, organization: OrganizationRecord | undefined): void {
  if (kind !== 'oat' || status === 'active' || organization === undefined) return
  if (settingsOf(organization).allowReactivation) return
  throw new AppError(
    'conflict',
    `this token was deactivated, and \`${organization.name}\` lets such tokens only be deleted; create a new one`,
  )
}

async function scopeMapOf(
  tx: ChangeNouns,
  organization: OrganizationRecord | undefined,
  giver: SignedIn,
  { scopeMap }: TokenChange,
) {
  if (scopeMap === undefined || organization === undefined) return undefined
  return (await existing(tx, organization, giver, scopeMap, 'scopeMap')).id
}

async function rightsOf(
  tx: ChangeNouns,
  token: TokenRecord,
  organization: OrganizationRecord | undefined,
  giver: SignedIn,
  change: TokenChange,
  plan: PatPlan | undefined,
): Promise<Rights | undefined> {
  if (token.kind === 'pat') {
    if (plan === undefined) return undefined
    const replaced: readonly Section[] = ['repositories', 'public', 'upstreams', 'organization']
    return { scopes: plan.scopes, replaced, rules: await bindPatLimits(tx, plan.limits) }
  }
  if (organization === undefined) return undefined
  const replaced = sectionsIn(change)
  const rules =
    token.kind === 'oat'
      ? await bindOatGifts(tx, organization.id, change)
      : await bindRegistryUpstreams(tx, organization.id, change.upstreams ?? [])
  if (change.repositories !== undefined) {
    requireWithin(organization, 'repositories of an organization access token', change.repositories.length)
  }
  requireHeld(giver, rules)
  return replaced.length === 0 ? undefined : { scopes: change.organizationScopes, replaced, rules }
}

function sectionsIn(change: TokenChange): readonly Section[] {
  const sections: readonly (readonly [Section, unknown])[] = [
    ['repositories', change.repositories],
    ['public', change.publicRepositories],
    ['upstreams', change.upstreams],
    ['organization', change.organizationScopes],
  ]
  return sections.flatMap(([section, value]) => (value === undefined ? [] : [section]))
}

async function applyChange(
  tx: ChangeNouns,
  token: TokenRecord,
  { label, description, addresses, status, pullLimit }: TokenChange,
  { scopeMap, rights }: { readonly scopeMap: TokenRecord['scopeMap']; readonly rights: Rights | undefined },
): Promise<TokenRecord> {
  const rules = rights === undefined ? undefined : await mergedRules(tx, token, rights)
  const updated = await tx.credentials.update(token.id, {
    name: label,
    description,
    allowedAddresses: addresses,
    scopeMap,
    scopes: rights?.scopes,
    pullLimit,
    rules,
  })
  const after = status === undefined ? updated : await tx.credentials.setStatus(token.id, status)
  if (after === undefined || !isToken(after)) throw unknownToken(token.id)
  return after
}

/** Rules of the sections that were not named stay as they were bound. */
async function mergedRules(
  tx: ChangeNouns,
  token: TokenRecord,
  { replaced, rules }: Rights,
): Promise<readonly NewRule[]> {
  const present = await tx.credentials.rules(token.id)
  const staying = present.filter((rule) => !replaced.includes(sectionOf(rule)))
  return [...staying.map(({ pattern, actions, label }) => ({ pattern, actions, label })), ...rules]
}
