import { toStored } from '../../../audit/event.ts'
import { mintSecret, type MintedSecret } from '../../../identity/secret.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { giftOf } from '../gift-of.ts'
import { requireHeld } from '../held.ts'
import { requireUnexpired } from '../require-unexpired.ts'
import { requireSignedIn, type SignedIn } from '../signed-in.ts'
import { instantOrNull } from '../time.ts'
import { noteOfPasswords } from './audit-note.ts'
import { issuedView } from './issued-view.ts'
import { keptSecret } from './kept-secret.ts'
import { requireLifetimeWithin } from './maximum-lifetime.ts'
import type { PasswordName } from './new-token.ts'
import { passwordEnd } from './password-end.ts'
import { requireRegistryToken, type RegistryToken } from './require-registry-token.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import { unknownToken } from './token.ts'

type Minted = { readonly slot: PasswordName; readonly secret: MintedSecret }

/**
 * Generates passwords of a registry token, each in place of the one of its name; what was issued by that ends at once.
 * @returns the token, and only what was generated
 * @throws {AppError} `denied` to whoever doesn't hold what the token may: they would, by its password
 */
export async function generatePasswords(
  house: House,
  caller: Caller,
  input: {
    readonly token: string
    readonly names: readonly PasswordName[]
    /** ISO 8601; null: with the token. */
    readonly expiresAt: string | null
  },
) {
  const { now } = caller.context
  const { id, organization: place } = await requireRegistryToken(house, caller, input.token)
  const names = [...new Set(input.names)].toSorted()
  const minted = names.map((slot): Minted => ({ slot, secret: mintSecret('rgt') }))
  const actor = await actorOf(house, caller)
  const organization = await house.store.read.organizations.byId(place)
  const done = await house.store.change(place, actor, async (tx) => {
    const token = await tx.credentials.byId(id)
    if (token === undefined || !isToken(token) || organization === undefined) throw unknownToken(id)
    requireUnexpired(token, 'token', now)
    await requireHeldOf(tx, requireSignedIn(caller), { ...token, organization: place })
    const expiresAt = passwordEnd(input.expiresAt, token.expiresAt, now, 'expiresAt')
    requireLifetimeWithin(organization, 'registry-token', expiresAt, now)
    const before = (await tx.credentials.secrets(id)).map(({ slot }) => slot)
    const after = await put(tx, token, minted, expiresAt)
    const replaced = names.filter((name) => before.includes(name))
    const passwords = names.map((name) => ({
      name,
      expiresAt: instantOrNull(expiresAt),
      replaced: replaced.includes(name),
    }))
    await tx.record(
      toStored({
        type: 'token_password_generated',
        subject: subjectOf(token),
        after: { name: token.name, passwords, ...noteOfPasswords(replaced) },
      }),
    )
    return { token: after, expiresAt }
  })
  const shown = minted.map((one) => ({ ...one, expiresAt: done.expiresAt }))
  return issuedView(house, done.token, shown, now)
}

async function put(
  { credentials }: ChangeNouns,
  token: TokenRecord,
  minted: readonly Minted[],
  expiresAt: number | undefined,
): Promise<TokenRecord> {
  let after = token
  for (const one of minted) {
    const changed = await credentials.putSecret(token.id, keptSecret(one, expiresAt))
    if (changed === undefined || !isToken(changed)) throw unknownToken(token.id)
    after = changed
  }
  return after
}

async function requireHeldOf(
  tx: ChangeNouns,
  giver: SignedIn,
  { id, scopeMap, organization }: RegistryToken,
): Promise<void> {
  const own = await tx.credentials.rules(id)
  const shared = scopeMap === undefined ? [] : await tx.scopeMaps.rules(scopeMap)
  requireHeld(
    giver,
    [...own, ...shared].map((rule) => giftOf(organization, rule)),
  )
}
