import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { instantOrNull } from '../time.ts'
import type { PasswordName } from './new-token.ts'
import { requireRegistryToken } from './require-registry-token.ts'
import { isToken, subjectOf } from './token-kind.ts'
import { tokenView } from './token-view.ts'
import { unknownToken } from './token.ts'

/**
 * Deletes passwords of a registry token; what was issued by them ends at once.
 * @throws {AppError} `not-found` if it has none of them
 */
export async function deletePasswords(
  house: House,
  caller: Caller,
  input: { readonly token: string; readonly names: readonly PasswordName[] },
) {
  const { id, name, organization } = await requireRegistryToken(house, caller, input.token)
  const token = await house.store.change(organization, await actorOf(house, caller), async (tx) => {
    const present = await tx.credentials.secrets(id)
    const doomed = present.filter(({ slot }) => input.names.some((wanted) => wanted === slot))
    for (const { slot } of doomed) if (slot !== 'previous') await tx.credentials.deleteSecret(id, slot)
    const after = await tx.credentials.byId(id)
    if (after === undefined || !isToken(after)) throw unknownToken(id)
    if (doomed.length === 0)
      throw new AppError('not-found', `the token \`${name}\` has no ${input.names.join(' and no ')}`)
    const passwords = doomed.map(({ slot, expiresAt }) => ({
      name: slot,
      expiresAt: instantOrNull(expiresAt),
    }))
    await tx.record(
      toStored({ type: 'token_password_deleted', subject: subjectOf(after), before: { name, passwords } }),
    )
    return after
  })
  return tokenView(house.store.read, token, caller.context.now)
}
