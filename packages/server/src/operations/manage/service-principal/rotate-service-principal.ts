import { toStored } from '../../../audit/event.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { giftOf } from '../gift-of.ts'
import { requireHeld } from '../held.ts'
import { requireSignedIn } from '../signed-in.ts'
import { instant } from '../time.ts'
import { replaceSecret, requireAlive } from '../token/replace-secret.ts'
import { servicePrincipalView } from './service-principal-view.ts'
import { requireServicePrincipal, subjectOf, type Named } from './service-principal.ts'

/**
 * Gives a service principal a new secret, and lets the old one, and what was issued for it, hold for a while.
 * @throws {AppError} `denied` to whoever doesn't hold what it may: they would, by its secret
 */
export async function rotateServicePrincipal(
  house: House,
  caller: Caller,
  input: Named & { readonly overlapSeconds: number },
) {
  const { now } = caller.context
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const actor = await actorOf(house, caller)
  const { token, secret, previousUntil } = await house.store.change(organization.id, actor, async (tx) => {
    const found = await requireServicePrincipal(tx, organization, input.servicePrincipal)
    requireAlive(found, 'service principal', now)
    const rules = await tx.credentials.rules(found.id)
    requireHeld(
      requireSignedIn(caller),
      rules.map((rule) => giftOf(organization.id, rule)),
    )
    const done = await replaceSecret(tx, found, 'token', now + input.overlapSeconds * 1_000)
    const after = { name: found.name, previousUntil: instant(done.previousUntil) }
    await tx.record(toStored({ type: 'service_principal_rotated', subject: subjectOf(found), after }))
    return done
  })
  return {
    servicePrincipal: servicePrincipalView(house, organization.name, token, now),
    secret: secret.text.reveal(),
    previousUntil: instant(previousUntil),
  }
}
