import type { KeyIdStyle } from '../../identity/key-id.ts'
import type { House } from '../house.ts'

/**
 * The public keys that verify registry tokens: those that sign, are about to, or did a moment ago.
 * @param style how keys are named; tokens for guarded registries name them libtrust's way
 */
export async function listKeys(house: House, style?: KeyIdStyle) {
  const { keys } = house.identity.jwks(style)
  return { keys: keys.map((key) => ({ ...key })) }
}
