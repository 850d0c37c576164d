import type { Secret } from '@wharden/system'
import { mintSecret } from '../../identity/secret.ts'
import type { House } from '../house.ts'
import { SETUP_STATE } from './setup.ts'

export type SetupLink =
  /** The installation has its first administrator. */
  | { readonly type: 'complete' }
  /** The one-time secret, and until when it is good (milliseconds since 1970). */
  | { readonly type: 'waiting'; readonly secret: Secret; readonly expiresAt: number }

const DAY = 86_400_000

/**
 * Makes the one-time secret that a first administrator needs, as long as there is nobody. Those that other servers on the
 * same database have shown stay good: whichever is used first ends them all.
 */
export async function ensureSetupLink(house: House): Promise<SetupLink> {
  const { store } = house
  if ((await store.read.users.count()) > 0) return { type: 'complete' }
  const minted = mintSecret('set')
  const expiresAt = house.clock() + DAY
  const actor = { type: 'system', id: 'start', name: 'server start' } as const
  await store.change(store.installation, actor, async (tx) => {
    await tx.setupLinks.create(Buffer.from(minted.hash, 'hex'), expiresAt)
    await tx.settings.put(SETUP_STATE, { expiresAt })
  })
  return { type: 'waiting', secret: minted.text, expiresAt }
}
