import { parseRegistryTokenName, type OrganizationId, type UserId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import { mintSecret, type MintedSecret } from '../../../identity/secret.ts'
import type { NewCredential, SecretSlot } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireHeld } from '../held.ts'
import { readExpiry } from '../read-expiry.ts'
import { requireRoom, requireWithin } from '../plan.ts'
import { requireName } from '../require-name.ts'
import { requirePerson, requireSession, requireSignedIn } from '../signed-in.ts'
import { issuedView } from './issued-view.ts'
import { keptSecret } from './kept-secret.ts'
import { requireLifetimeWithin } from './maximum-lifetime.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import type { NewCommon, NewOat, NewPat, NewRegistryToken } from './new-token.ts'
import { bindPatLimits, readPatRules } from './pat-rules.ts'
import { registryTokenEnds } from './registry-token-ends.ts'
import { bindOatGifts, bindRegistryUpstreams, only } from './token-rules.ts'
import { scopeMapFor } from './token-scope-map.ts'
import { tokenState } from './token-view.ts'

type Minted = { readonly slot: SecretSlot; readonly secret: MintedSecret }

/** Makes a token and shows its secrets, this once: only their hashes are kept. @throws {AppError} */
export async function createToken(house: House, caller: Caller, input: NewPat | NewOat | NewRegistryToken) {
  switch (input.kind) {
    case 'pat':
      return createPat(house, caller, input)
    case 'oat':
      return createOat(house, caller, input)
    case 'registry-token':
      return createRegistryToken(house, caller, input)
  }
}

async function createPat(house: House, caller: Caller, input: NewPat) {
  const principal = requireSignedIn(caller)
  requireSession(principal)
  const user = requirePerson(caller)
  const { scopes, limits } = await readPatRules(house, principal, input.repositories)
  const expiresAt = readExpiry(input.expiresAt, caller.context.now)
  const minted: readonly Minted[] = [{ slot: 'token', secret: mintSecret('pat') }]
  const actor = await actorOf(house, caller)
  const token = await house.store.change(house.store.installation, actor, async (tx) => {
    const rules = await bindPatLimits(tx, limits)
    return addToken(tx, caller, {
      ...common(input, expiresAt, { user }, actor.name),
      name: input.label,
      scopes,
      rules,
      secrets: minted.map((one) => keptSecret(one)),
    })
  })
  return issued(house, caller, token, minted)
}

async function createOat(house: House, caller: Caller, input: NewOat) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const expiresAt = readExpiry(input.expiresAt, caller.context.now)
  requireLifetimeWithin(organization, input.kind, expiresAt, caller.context.now)
  requireWithin(organization, 'organization access tokens', 1)
  requireWithin(organization, 'repositories of an organization access token', input.repositories.length)
  const minted: readonly Minted[] = [{ slot: 'token', secret: mintSecret('oat') }]
  const actor = await actorOf(house, caller)
  const token = await house.store.change(organization.id, actor, async (tx) => {
    const mine = { kind: 'oat', organization: organization.id } as const
    await requireRoom(organization, 'organization access tokens', () => tx.credentials.count(mine))
    const rules = await bindOatGifts(tx, organization.id, input)
    requireHeld(requireSignedIn(caller), rules)
    return addToken(tx, caller, {
      ...common(input, expiresAt, { organization: organization.id }, actor.name),
      name: input.label,
      scopes: input.organizationScopes,
      pullLimit: input.pullLimit ?? undefined,
      rules,
      secrets: minted.map((one) => keptSecret(one)),
    })
  })
  return issued(house, caller, token, minted)
}

async function createRegistryToken(house: House, caller: Caller, input: NewRegistryToken) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const name = requireName(parseRegistryTokenName(input.name))
  const { expiresAt, passwordsEnd } = registryTokenEnds(organization, input, caller.context.now)
  only('upstream', input.upstreams, 'upstreams')
  const minted = [...new Set(input.passwords)].map((slot): Minted => ({ slot, secret: mintSecret('rgt') }))
  const actor = await actorOf(house, caller)
  const token = await house.store.change(organization.id, actor, async (tx) => {
    const mine = { kind: 'registry-token', organization: organization.id } as const
    await requireRoom(organization, 'registry tokens', () => tx.credentials.count(mine))
    const giver = requireSignedIn(caller)
    const scopeMap = await scopeMapFor(tx, organization, giver, input)
    const rules = await bindRegistryUpstreams(tx, organization.id, input.upstreams)
    requireHeld(giver, rules)
    return addToken(tx, caller, {
      ...common(input, expiresAt, { organization: organization.id }, actor.name),
      name,
      status: input.status,
      scopeMap: scopeMap.id,
      rules,
      secrets: minted.map((one) => keptSecret(one, passwordsEnd)),
    })
  })
  return issued(house, caller, token, minted, passwordsEnd)
}

function common(
  { kind, description, addresses, renewable }: NewCommon & Pick<NewCredential, 'kind'>,
  expiresAt: number | undefined,
  owner: { readonly user: UserId } | { readonly organization: OrganizationId },
  createdBy: string,
) {
  return { kind, description, allowedAddresses: addresses, expiresAt, renewable, createdBy, ...owner }
}

/** @throws {AppError} `conflict` for a registry token whose name another has */
async function addToken(tx: ChangeNouns, caller: Caller, credential: NewCredential): Promise<TokenRecord> {
  const token = await tx.credentials.create(credential)
  if (token === undefined || !isToken(token)) {
    throw new AppError(
      'conflict',
      `there is a registry token \`${credential.name}\` already; choose another name, or give that one another scope map or new passwords`,
      { field: 'name' },
    )
  }
  const after = await tokenState(tx, token, caller.context.now)
  await tx.record(toStored({ type: 'token_created', subject: subjectOf(token), after }))
  return token
}

function issued(
  house: House,
  caller: Caller,
  token: TokenRecord,
  minted: readonly Minted[],
  expiresAt = token.expiresAt,
) {
  const shown = minted.map((one) => ({ ...one, expiresAt }))
  return issuedView(house, token, shown, caller.context.now)
}
