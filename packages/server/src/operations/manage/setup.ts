import type { AccountName } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { parseSecret } from '../../identity/secret.ts'
import type { OrganizationRecord, UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { Actor } from '../../stores/metadata/port/logs.ts'
import type { Json } from '../../stores/metadata/port/page.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { addOrganization, organizationView } from './organization.ts'
import { hashPassword } from './passwords.ts'
import { addSession, mintSession, sessionView } from './session/session-record.ts'
import { instant } from './time.ts'
import { addUser, viewOf } from './user.ts'

/** Where the store keeps until when the one-time secret is good; the secret itself it has only as a hash. */
export const SETUP_STATE = 'setup'

export type SetupInput = {
  readonly secret: string
  readonly user: AccountName
  readonly password: string
  readonly displayName?: string | undefined
  readonly organization?: AccountName | undefined
}

/** Whether the installation has its first administrator, and if not, whether the one-time secret is still good. */
export async function setupState(house: House, { context }: Caller) {
  if ((await house.store.read.users.count()) > 0) return { type: 'complete' as const }
  const expiresAt = expiryIn(await house.store.read.settings.get(SETUP_STATE))
  if (expiresAt === undefined || expiresAt <= context.now) return { type: 'expired' as const }
  return { type: 'waiting' as const, expiresAt: instant(expiresAt) }
}

function expiryIn(value: Json | undefined): number | undefined {
  if (typeof value !== 'object' || value === null || !('expiresAt' in value)) return undefined
  return typeof value.expiresAt === 'number' ? value.expiresAt : undefined
}

/**
 * Makes the first administrator, and if wished the organization they own, in one change. Of any number of attempts at the
 * same time one succeeds: the change holds the installation's row.
 * @throws {AppError} `gone` when the secret is wrong, was used, or has expired; `conflict`, `invalid`
 */
export async function completeSetup(house: House, { context }: Caller, input: SetupInput) {
  const { store } = house
  const presented = parseSecret(input.secret.trim())
  if (presented?.kind !== 'set') {
    throw new AppError(
      'gone',
      'this is not the whole secret of a set-up link; copy the link again from where the server printed it',
    )
  }
  const secretHash = Buffer.from(presented.hash, 'hex')
  // Looked at before the password is hashed, so that strangers can't make the server work.
  const link = await store.read.setupLinks.find(secretHash)
  if (link === undefined || link.usedAt !== undefined || link.expiresAt <= context.now) throw usedOrExpired()
  const passwordHash = await hashPassword(input.password)
  const session = mintSession(context.now)
  const actor: Actor = { type: 'system', id: 'setup', name: 'set-up link', address: context.address }
  const made = await store.change(store.installation, actor, async (tx) => {
    if ((await tx.users.count()) > 0 || !(await tx.setupLinks.use(secretHash))) throw usedOrExpired()
    const user = await addUser(tx, {
      name: input.user,
      displayName: input.displayName,
      passwordHash,
      installationAdministrator: true,
    })
    const organization = await firstOrganization(tx, input, user)
    await addSession(tx, user, session, context)
    await tx.settings.delete(SETUP_STATE)
    await tx.record(toStored(completion(user, organization)))
    return { user, organization }
  })
  return {
    user: viewOf(made.user, true),
    organization: made.organization === undefined ? null : await organizationView(house, made.organization),
    session: sessionView(session),
  }
}

async function firstOrganization(
  tx: ChangeNouns,
  { organization: name, user: userName }: SetupInput,
  user: UserRecord,
): Promise<OrganizationRecord | undefined> {
  if (name === undefined) return undefined
  if (name === userName) {
    throw new AppError(
      'invalid',
      'the organization needs another name than the user: they share one name space',
      {
        field: 'organization',
      },
    )
  }
  return addOrganization(tx, { name }, user)
}

function completion(user: UserRecord, organization: OrganizationRecord | undefined) {
  return {
    type: 'setup_completed',
    subject: 'installation',
    after: { administrator: user.name, organization: organization?.name ?? null },
  } as const
}

function usedOrExpired(): AppError {
  return new AppError(
    'gone',
    'this set-up link was used already or has expired; if nobody could sign in yet, restart the server for a new one',
  )
}
