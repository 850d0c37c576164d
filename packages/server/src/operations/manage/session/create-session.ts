import { AppError } from '../../../errors.ts'
import { parseSecret } from '../../../identity/secret.ts'
import type { Actor } from '../../../stores/metadata/port/logs.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { renewedHash } from '../passwords.ts'
import { notForApi } from '../service-principal/not-for-api.ts'
import { provePassword, type NameAndPassword } from './prove-password.ts'
import { addSession, mintSession, sessionView } from './session-record.ts'

/**
 * Signs a person in. What keeps a person out whose password matched is told; everybody else hears one thing.
 * @throws {AppError} `credential-invalid`, `too-many-requests`
 */
export async function createSession(house: House, { context }: Caller, input: NameAndPassword) {
  const proven = await provePassword(house, context, input)
  if (proven === undefined) {
    if (parseSecret(input.password)?.kind === 'spn') throw notForApi()
    throw new AppError('credential-invalid', 'the user name or the password is wrong')
  }
  const { user, stored } = proven
  if (user.status !== 'active')
    throw new AppError(
      'credential-invalid',
      `the user \`${user.name}\` is disabled: ask an installation administrator to enable them again`,
    )
  const session = mintSession(context.now)
  const actor: Actor = { type: 'user', id: user.id, name: user.name, address: context.address }
  const renewed = await renewedHash(stored, input.password)
  await house.store.change(house.store.installation, actor, async (tx) => {
    await addSession(tx, user, session, context)
    // Unless the password was changed in this moment.
    if (renewed !== undefined && (await tx.users.passwordHash(user.id)) === stored)
      await tx.users.setPassword(user.id, renewed)
  })
  return { ...sessionView(session), user: user.name }
}
