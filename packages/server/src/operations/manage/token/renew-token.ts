import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { SecretSlot } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireSignedIn } from '../signed-in.ts'
import { instant } from '../time.ts'
import { replacedView, replaceSecret, requireReplaceable } from './replace-secret.ts'
import { isToken, subjectOf, type TokenRecord } from './token-kind.ts'
import { tenantOf, unknownToken } from './token.ts'

/**
 * A token gets itself a new secret in place of the one it has just proven itself with, if that was allowed when it was made.
 * @throws {AppError} `denied` for what isn't a renewable token; `conflict` while an earlier renewal still overlaps
 */
export async function renewToken(house: House, caller: Caller, input: { readonly overlapSeconds: number }) {
  const { now } = caller.context
  const token = await requireRenewable(house, caller)
  const until = now + input.overlapSeconds * 1_000
  const actor = await actorOf(house, caller)
  const replaced = await house.store.change(tenantOf(house, token), actor, async (tx) => {
    const present = await requireReplaceable(tx, token, now)
    const slot = await presentedSlot(tx, caller, present)
    const secrets = await tx.credentials.secrets(present.id)
    const overlap = secrets.find((secret) => secret.slot === 'previous')?.expiresAt
    if (overlap !== undefined && now < overlap) {
      throw new AppError(
        'conflict',
        `this token was given a new secret a moment ago, and the one before it holds until ${instant(overlap)}; renew it after that`,
      )
    }
    const done = await replaceSecret(tx, present, slot, until)
    const after = { name: present.name, secret: slot, previousUntil: instant(done.previousUntil) }
    await tx.record(toStored({ type: 'token_renewed', subject: subjectOf(present), after }))
    return done
  })
  return replacedView(house, replaced, now)
}

async function requireRenewable(house: House, caller: Caller): Promise<TokenRecord> {
  const { credential: id } = requireSignedIn(caller)
  const token = await house.store.read.credentials.byId(id)
  if (token === undefined || !isToken(token)) {
    throw new AppError(
      'denied',
      'only a token renews itself; a session is signed in anew, with `wharden login`',
    )
  }
  if (token.renewable) return token
  throw new AppError(
    'denied',
    'this token may not renew itself: that is chosen when a token is made; ask whoever manages it to rotate it',
  )
}

/** Of two that come with one secret the second finds it replaced: the change holds the tenant's row. */
async function presentedSlot(
  tx: ChangeNouns,
  { presented }: Caller,
  { id }: TokenRecord,
): Promise<SecretSlot> {
  const secret =
    presented === undefined ? undefined : await tx.credentials.secretByHash(Buffer.from(presented, 'hex'))
  if (secret === undefined || secret.credential !== id) throw unknownToken(id)
  if (secret.slot !== 'previous') return secret.slot
  throw new AppError(
    'conflict',
    'this secret was replaced already: use the new one, or ask whoever manages the token to rotate it',
  )
}
