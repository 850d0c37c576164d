/** What an organization's owners see of the personal tokens that reach it, and how they keep one out. */
import type { AccountName, CredentialId, PatScope } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { RuleRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { settingsOf } from '../../organization-settings.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageView, type Paging } from '../page.ts'
import { writtenRules } from '../rules.ts'
import { instant, instantOrNull } from '../time.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import { statusOf } from '../credential-view.ts'
import { unknownToken } from './token.ts'

type In = { readonly organization: AccountName }
type One = In & { readonly token: string }

const DAY = 86_400_000

/** Those of members and of the company's owners that reach it, in the order of their creation. */
export async function listPersonalTokens(house: House, caller: Caller, input: In & Paging) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const { read } = house.store
  const { limit } = input
  const views: PersonalToken[] = []
  // What isn't an id only says where to go on.
  let last = input.after as CredentialId | undefined
  let more = true
  while (more && views.length <= limit) {
    const page = await read.credentialBars.candidates(organization.id, { limit: Math.max(limit, 100), last })
    for (const token of page.items.filter(isToken)) {
      const view = await viewOf(read, organization, token, caller.context.now)
      if (view !== undefined) views.push(view)
    }
    last = page.items.at(-1)?.id
    more = page.more
  }
  return pageView(
    { items: views.slice(0, limit), more: views.length > limit },
    (view) => view,
    ({ id }) => id,
  )
}

/** Keeps a personal token out of the organization from its next request on; elsewhere it works as before. @throws {AppError} */
export async function barPersonalToken(house: House, caller: Caller, input: One) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const { now } = caller.context
  const actor = await actorOf(house, caller)
  const token = await requireReaching(house, organization, input.token, now)
  await house.store.change(organization.id, actor, async (tx) => {
    const bar = await tx.credentialBars.put(organization.id, token.id, actor.name)
    if (bar === undefined) return
    const after = await stateOf(tx, token)
    await tx.record(toStored({ type: 'token_barred', subject: subjectOf(token), after }))
  })
  const view = await viewOf(house.store.read, organization, token, now)
  if (view === undefined) throw unknownToken(token.id)
  return view
}

/** @throws {AppError} `not-found` if it isn't barred */
export async function unbarPersonalToken(house: House, caller: Caller, input: One): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const id = input.token as CredentialId // any text may be an id: whether it is one, the store knows
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const token = await tx.credentials.byId(id)
    if (token === undefined || !(await tx.credentialBars.delete(organization.id, id))) {
      throw new AppError('not-found', `\`${organization.name}\` bars no token \`${id}\``)
    }
    const before = await stateOf(tx, token)
    await tx.record(toStored({ type: 'token_unbarred', subject: subjectOf(token), before }))
  })
}

async function requireReaching(
  house: House,
  organization: OrganizationRecord,
  text: string,
  now: number,
): Promise<TokenRecord> {
  const id = text as CredentialId // as above
  const { read } = house.store
  const token = await read.credentialBars.candidate(organization.id, id)
  if (token === undefined || !isToken(token)) throw unknownToken(id)
  if ((await viewOf(read, organization, token, now)) === undefined) throw unknownToken(id)
  return token
}

type PersonalToken = Exclude<Awaited<ReturnType<typeof viewOf>>, undefined>

/** Nothing of other organizations is in it, nor where the token is used from. @returns undefined if it doesn't reach this one */
async function viewOf(read: ReadNouns, organization: OrganizationRecord, token: TokenRecord, now: number) {
  const rules = await rulesIn(read, organization, token)
  if (token.scopes.length === 0 && rules.length === 0) return undefined
  const everywhere = { repository: '*', permissions: [...token.scopes] as PatScope[] } // written by `readPatRules`
  const bar = await read.credentialBars.find(organization.id, token.id)
  const days = settingsOf(organization).maximumLifetimes.pat
  return {
    id: token.id,
    user: await ownerOf(read, token),
    label: token.name,
    status: statusOf(token, now),
    repositories: [...(token.scopes.length === 0 ? [] : [everywhere]), ...writtenRules<PatScope>(rules)],
    createdAt: instant(token.createdAt),
    expiresAt: instantOrNull(token.expiresAt),
    lastUsedAt: instantOrNull(token.lastUsedAt),
    admittedUntil: instantOrNull(days === null ? undefined : token.createdAt + days * DAY),
    barred: bar === undefined ? null : { by: bar.by, at: instant(bar.at) },
  }
}

async function rulesIn(
  read: ReadNouns,
  { id: place }: OrganizationRecord,
  { id }: TokenRecord,
): Promise<readonly RuleRecord[]> {
  const rules = await read.credentials.rules(id)
  const named = rules.flatMap(({ pattern }) => (pattern.type === 'repository' ? [pattern.repository] : []))
  const here = new Set(
    (await read.repositories.byIds(named))
      .filter(({ organization }) => organization === place)
      .map(({ id: one }) => one),
  )
  return rules.filter(({ pattern }) => {
    if (pattern.type === 'repository') return here.has(pattern.repository)
    return 'organization' in pattern && pattern.organization === place
  })
}

async function ownerOf(read: ReadNouns, { user }: Pick<TokenRecord, 'user'>): Promise<AccountName | ''> {
  return user === undefined ? '' : ((await read.users.byId(user))?.name ?? '')
}

async function stateOf(read: ReadNouns, token: Pick<TokenRecord, 'user' | 'name'>) {
  return { user: await ownerOf(read, token), label: token.name }
}
