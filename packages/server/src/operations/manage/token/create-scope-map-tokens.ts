import { nameSome, type AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import { mintSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { giftOf } from '../gift-of.ts'
import { requireHeld } from '../held.ts'
import { requireRoom } from '../plan.ts'
import { requireScopeMap } from '../scope-map/require-scope-map.ts'
import { requireSignedIn } from '../signed-in.ts'
import { issuedOf } from './issued-view.ts'
import { keptSecret } from './kept-secret.ts'
import type { NewRegistryToken } from './new-token.ts'
import { registryTokenEnds } from './registry-token-ends.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import { stateOf, tokenViews } from './token-view.ts'

type NewTokens = Omit<NewRegistryToken, 'kind' | 'name' | 'rights' | 'upstreams'> & {
  readonly scopeMap: string
  /** Each once. */
  readonly names: readonly string[]
}

/**
 * Makes many registry tokens on one scope map, all or none, and shows their passwords, this once.
 * @throws {AppError} `conflict` that names those whose name is taken; `not-found`, `denied`, `invalid`, `limit-reached`
 */
export async function createScopeMapTokens(
  house: House,
  caller: Caller,
  input: NewTokens & { readonly organization: AccountName },
) {
  const { now } = caller.context
  const { names, description, addresses, renewable, status } = input
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const { expiresAt, passwordsEnd } = registryTokenEnds(organization, input, now)
  const slots = [...new Set(input.passwords)]
  const minted = names.map(() =>
    slots.map((slot) => ({ slot, secret: mintSecret('rgt'), expiresAt: passwordsEnd })),
  )
  const actor = await actorOf(house, caller)
  const common = {
    kind: 'registry-token' as const,
    organization: organization.id,
    description,
    status,
    renewable,
    allowedAddresses: addresses,
    expiresAt,
    createdBy: actor.name,
  }
  const views = await house.store.change(organization.id, actor, async (tx) => {
    const mine = { kind: common.kind, organization: organization.id }
    await requireRoom(organization, 'registry tokens', () => tx.credentials.count(mine), names.length)
    const { id: scopeMap } = await requireScopeMap(tx, organization, input.scopeMap)
    const gifts = (await tx.scopeMaps.rules(scopeMap)).map((rule) => giftOf(organization.id, rule))
    requireHeld(requireSignedIn(caller), gifts)
    const made = await tx.credentials.createMany(
      names.map((name, index) => ({
        ...common,
        scopeMap,
        name,
        secrets: (minted[index] ?? []).map((one) => keptSecret(one, passwordsEnd)),
      })),
    )
    const shown = await tokenViews(tx, requireAll(organization, names, made), now)
    for (const view of shown)
      await tx.record(toStored({ type: 'token_created', subject: subjectOf(view), after: stateOf(view) }))
    return shown
  })
  return { tokens: views.map((view, index) => issuedOf(house, view, minted[index] ?? [])) }
}

/** @throws {AppError} `conflict` */
function requireAll(
  { name: organization }: Pick<OrganizationRecord, 'name'>,
  names: readonly string[],
  made: readonly CredentialRecord[],
): readonly TokenRecord[] {
  const tokens = made.filter(isToken)
  if (tokens.length === names.length) return tokens
  const fresh = new Set(tokens.map(({ name }) => name))
  const taken = names.filter((name) => !fresh.has(name))
  const what = taken.length === 1 ? 'a registry token' : 'registry tokens'
  throw new AppError(
    'conflict',
    `\`${organization}\` has ${what} ${nameSome(taken)} already, and no token was made: leave ${taken.length === 1 ? 'it' : 'them'} out, or choose other names`,
    { field: 'names' },
  )
}
