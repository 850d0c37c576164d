/** What the metadata store must be able to do for signing keys. Installation-wide, no tenant. */
import type { KeyId, TokenFamily } from './signing-key.ts'

/**
 * `next`: published, not signing yet, so that verifiers that read keys rarely know it in time.
 * `active`: signs. `retiring`: signs no more, what it signed is still alive. `gone`: trusted no more.
 */
export type SigningKeyState = 'next' | 'active' | 'retiring' | 'gone'

export type SigningKeyRow = {
  readonly kid: KeyId
  readonly family: TokenFamily
  readonly state: SigningKeyState
  /** Milliseconds since 1970: when it was made, and when it entered its state. */
  readonly createdAt: number
  readonly stateSince: number
  /** The public JWK as JSON. */
  readonly publicJwk: string
  /** The private key (PKCS #8 DER), sealed for the purpose `signing-key:<kid>`; `undefined` once it signs no more. */
  readonly sealedPrivateKey: string | undefined
}

export interface SigningKeyRows {
  /** All rows but those `gone`, in any order. */
  list(): Promise<readonly SigningKeyRow[]>
  /**
   * Adds a row, unless its family has one in that state; `false` if another replica was faster. A `kid` that is there already
   * is an error (it can't happen with honest randomness).
   */
  insert(row: SigningKeyRow): Promise<boolean>
  /**
   * Replaces the row of `row.kid` if its state is still `from`; `false` if another replica was faster.
   */
  update(from: SigningKeyState, row: SigningKeyRow): Promise<boolean>
}
