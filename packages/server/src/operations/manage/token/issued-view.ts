import type { MintedSecret } from '../../../identity/secret.ts'
import type { SecretSlot } from '../../../stores/metadata/port/credentials.ts'
import type { House } from '../../house.ts'
import { instantOrNull } from '../time.ts'
import type { TokenRecord } from './token-kind.ts'
import { tokenView, type TokenView } from './token-view.ts'

export type ShownSecret = {
  readonly slot: SecretSlot
  readonly secret: MintedSecret
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined
}

/** A token with secrets of it, shown this once, and how to log in with them. */
export async function issuedView(
  house: House,
  token: TokenRecord,
  secrets: readonly ShownSecret[],
  now: number,
) {
  return issuedOf(house, await tokenView(house.store.read, token, now), secrets)
}

/** The same where it was read already. */
export function issuedOf<View extends TokenView>(
  { sites }: Pick<House, 'sites'>,
  view: View,
  secrets: readonly ShownSecret[],
) {
  return {
    token: view,
    secrets: secrets.map(({ slot, secret, expiresAt }) => ({
      name: slot === 'token' ? ('secret' as const) : slot,
      value: secret.text.reveal(),
      expiresAt: instantOrNull(expiresAt),
    })),
    login: { server: sites().advertised.authority, username: loginName(view) },
  }
}

/** What `docker login` takes as the user. */
function loginName(view: TokenView): string {
  return view.kind === 'pat' ? view.user : view.kind === 'oat' ? view.organization : view.name
}
