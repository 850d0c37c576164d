/** What was acknowledged, and so must be true from then on; and what was only asked for, and may be either. */
import type { Login } from '../../packages/server/test/client.ts'

export type KeptImage = {
  readonly repository: string
  readonly digest: string
  readonly blobs: readonly string[]
  /** `asked`: the answer never came. Whatever is visible of it must be whole. */
  state: 'asked' | 'there' | 'leaving' | 'gone'
}

export type KeptToken = {
  readonly id: string
  readonly login: Login
  /** `leaving`: its deletion was asked for, and the answer never came. */
  state: 'alive' | 'leaving' | 'dead'
}

/** A tag with one writer: it shows what was acknowledged last, or what was asked for since. */
export type KeptTag = {
  readonly repository: string
  readonly tag: string
  acknowledged: string | undefined
  asked: readonly string[]
}

export type Ledger = {
  readonly images: KeptImage[]
  readonly tokens: KeptToken[]
  readonly tags: KeptTag[]
  /** Acts that were acknowledged so far. */
  acknowledged: number
  readonly problems: string[]
}

export function createLedger(): Ledger {
  return { images: [], tokens: [], tags: [], acknowledged: 0, problems: [] }
}
