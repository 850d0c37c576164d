import type { MintedSecret } from '../../../identity/secret.ts'
import type { SecretSlot } from '../../../stores/metadata/port/credentials.ts'
import type { House } from '../../house.ts'
import { instantOrNull } from '../time.ts'
import type { TokenRecord } from './token-kind.ts'
import { tokenView } from './token-view.ts'

export type ShownSecret = {
  readonly slot: SecretSlot
  readonly secret: MintedSecret
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined
}

/** A token with secrets of it, shown this once, and how to log in with them. */
export async function issuedView(
  { store, sites }: House,
  token: TokenRecord,
  secrets: readonly ShownSecret[],
  now: number,
) {
  const view = await tokenView(store.read, token, now)
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
function loginName(view: Awaited<ReturnType<typeof tokenView>>): string {
  return view.kind === 'pat' ? view.user : view.kind === 'oat' ? view.organization : view.name
}
