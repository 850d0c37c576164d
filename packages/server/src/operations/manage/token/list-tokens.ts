import type { AccountName, CredentialId } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { CredentialQuery } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import type { Page } from '../../../stores/metadata/port/page.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { requirePerson } from '../signed-in.ts'
import { isToken, type TokenKind, type TokenRecord } from './token-kind.ts'
import { tokenViews } from './token-view.ts'

type ListInput = Paging & {
  readonly organization?: AccountName | undefined
  readonly kind?: TokenKind | undefined
  readonly name?: string | undefined
  /** Days from now. */
  readonly expiringWithin?: number | undefined
}

const DAY = 86_400_000

/** The kinds that belong to an organization. */
const ORGANIZATIONS = ['oat', 'registry-token'] as const satisfies readonly TokenKind[]

/** An organization's tokens, or the caller's own, in the order of their creation. */
export async function listTokens(house: House, caller: Caller, input: ListInput) {
  const { expiringWithin, ...asked } = input
  const { now } = caller.context
  const expires = expiringWithin === undefined ? undefined : { from: now + 1, to: now + expiringWithin * DAY }
  const query = { ...(await queryOf(house, caller, asked)), expires }
  const page =
    input.name === undefined ? await scan(house, query, input) : await named(house, query, input.name, input)
  const views = await tokenViews(house.store.read, page.items, now)
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ id }) => id,
  )
}

async function queryOf(
  house: House,
  caller: Caller,
  { organization: name, kind }: ListInput,
): Promise<CredentialQuery> {
  if (name === undefined) {
    if (kind !== undefined && kind !== 'pat') {
      throw new AppError('invalid', 'say which organization’s tokens to list', { field: 'organization' })
    }
    return { kind: 'pat', user: requirePerson(caller) }
  }
  if (kind === 'pat') {
    throw new AppError('invalid', 'personal tokens belong to people: list your own without an organization', {
      field: 'kind',
    })
  }
  const organization = await requireOrganization(house, caller, name, 'token/read')
  return { organization: organization.id, kind }
}

/** A page of tokens only: each kind is read where its index has it in order. */
async function scan(
  { store: { read } }: House,
  { kind, ...query }: CredentialQuery,
  { limit, after }: Paging,
): Promise<Page<TokenRecord>> {
  const kinds = kind === undefined ? ORGANIZATIONS : [kind]
  // What isn't an id only says where to go on.
  const from = { limit, last: after as CredentialId | undefined }
  const pages = await Promise.all(kinds.map((one) => read.credentials.list({ ...query, kind: one }, from)))
  const found = pages.flatMap(({ items }) => items.filter(isToken))
  const items = found.toSorted((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit)
  return { items, more: found.length > limit || pages.some(({ more }) => more) }
}

/** Those of one name. Of registry tokens there is one at most, and an index for it; labels of the others may repeat. */
async function named(
  house: House,
  query: CredentialQuery,
  name: string,
  paging: Paging,
): Promise<Page<TokenRecord>> {
  const { organization, kind } = query
  const { read } = house.store
  const found: TokenRecord[] = []
  if (organization !== undefined && kind !== 'oat') {
    const token = await read.credentials.byName(organization, 'registry-token', name)
    if (token !== undefined && isToken(token) && (await endsWithin(read, token, query.expires)))
      found.push(token)
  }
  if (kind === 'registry-token') return { items: found, more: false }
  const labelled = { ...query, kind: kind ?? ('oat' as const) }
  for (let last: CredentialId | undefined; ;) {
    const page = await read.credentials.list(labelled, { limit: 1_000, last })
    found.push(...page.items.filter(isToken).filter((token) => token.name === name))
    last = page.items.at(-1)?.id
    if (!page.more || last === undefined) return pageOfAll(found, paging, ({ id }) => id)
  }
}

async function endsWithin(
  { credentials }: ReadNouns,
  { id, expiresAt }: TokenRecord,
  times: CredentialQuery['expires'],
): Promise<boolean> {
  if (times === undefined) return true
  const ends = [expiresAt, ...(await credentials.secrets(id)).map((secret) => secret.expiresAt)]
  return ends.some((end) => end !== undefined && times.from <= end && end <= times.to)
}
