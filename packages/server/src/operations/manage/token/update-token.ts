import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { settingsOf } from '../../organization-settings.ts'
import { actorOf } from '../actor.ts'
import { requireUnexpired } from '../require-unexpired.ts'
import { requireSignedIn, type SignedIn } from '../signed-in.ts'
import { noteOfChange } from './audit-note.ts'
import { changedRights, type ChangedRights } from './changed-rights.ts'
import { readPatRules } from './pat-rules.ts'
import type { TokenChange } from './token-change.ts'
import { isToken, subjectOf, type TokenKind, type TokenRecord } from './token-kind.ts'
import { existing } from './token-scope-map.ts'
import { tokenState, tokenView } from './token-view.ts'
import { requireToken, tenantOf, unknownToken } from './token.ts'

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
      requireUnexpired(before, 'token', caller.context.now)
      requireMayChange(before, organization)
      const state = await tokenState(tx, before, caller.context.now)
      const after = await applyChange(tx, before, change, {
        scopeMap: await scopeMapOf(tx, organization, giver, change),
        rights: await changedRights(tx, before, organization, giver, change, plan),
      })
      await tx.record(
        toStored({
          type: 'token_updated',
          subject: subjectOf(before),
          before: state,
          after: {
            ...(await tokenState(tx, after, caller.context.now)),
            ...noteOfChange(before.status, change),
          },
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

async function applyChange(
  tx: ChangeNouns,
  token: TokenRecord,
  { label, description, addresses, status, pullLimit }: TokenChange,
  {
    scopeMap,
    rights,
  }: { readonly scopeMap: TokenRecord['scopeMap']; readonly rights: ChangedRights | undefined },
): Promise<TokenRecord> {
  const updated = await tx.credentials.update(token.id, {
    name: label,
    description,
    allowedAddresses: addresses,
    scopeMap,
    scopes: rights?.scopes,
    pullLimit,
    rules: rights?.rules,
  })
  const after = status === undefined ? updated : await tx.credentials.setStatus(token.id, status)
  if (after === undefined || !isToken(after)) throw unknownToken(token.id)
  return after
}
