import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { giftOf } from '../gift-of.ts'
import { requireHeld } from '../held.ts'
import { requireSignedIn } from '../signed-in.ts'
import { instant } from '../time.ts'
import { replacedView, replaceSecret, requireReplaceable } from './replace-secret.ts'
import { subjectOf } from './token-kind.ts'
import { requireToken, tenantOf } from './token.ts'

/**
 * Gives a token a new secret for whoever manages it, and lets the old one hold for a while.
 * @throws {AppError} `denied` to whoever doesn't hold what the token may: they would, by its secret
 */
export async function rotateToken(
  house: House,
  caller: Caller,
  input: { readonly token: string; readonly overlapSeconds: number },
) {
  const { now } = caller.context
  const token = await requireToken(house, caller, input.token, 'token/edit')
  if (token.kind === 'registry-token') {
    throw new AppError(
      'invalid',
      'a registry token has two passwords for that: change its users over to the other one',
      { field: 'token' },
    )
  }
  const actor = await actorOf(house, caller)
  const replaced = await house.store.change(tenantOf(house, token), actor, async (tx) => {
    const present = await requireReplaceable(tx, token, now)
    if (present.organization !== undefined) {
      const { id, organization } = present
      const rules = await tx.credentials.rules(id)
      requireHeld(
        requireSignedIn(caller),
        rules.map((rule) => giftOf(organization, rule)),
      )
    }
    const done = await replaceSecret(tx, present, 'token', now + input.overlapSeconds * 1_000)
    const after = { name: present.name, previousUntil: instant(done.previousUntil) }
    await tx.record(toStored({ type: 'token_rotated', subject: subjectOf(present), after }))
    return done
  })
  return replacedView(house, replaced, now)
}
