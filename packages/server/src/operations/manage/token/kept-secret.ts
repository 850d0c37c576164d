import type { MintedSecret } from '../../../identity/secret.ts'
import type { NewSecret, SecretSlot } from '../../../stores/metadata/port/credentials.ts'

/** What the store keeps of a secret that was made. @param expiresAt milliseconds since 1970; undefined: with its credential */
export function keptSecret<Slot extends SecretSlot>(
  { slot, secret }: { readonly slot: Slot; readonly secret: MintedSecret },
  expiresAt?: number,
): NewSecret & { readonly slot: Slot } {
  return { slot, hash: Buffer.from(secret.hash, 'hex'), expiresAt }
}
