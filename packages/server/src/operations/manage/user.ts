import type { AccountName } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { hashPassword } from './passwords.ts'
import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { requireUser, unknownUser } from './find-user.ts'
import { leftWithoutOwner } from './left-without-owner.ts'
import { pageView, type Paging } from './page.ts'
import { linkView, mintPasswordLink, putPasswordLink } from './password-link.ts'
import { instant } from './time.ts'

export type UserSettings = {
  readonly displayName?: string | undefined
  readonly email?: string | null | undefined
  readonly installationAdministrator?: boolean | undefined
}

const INSTALLATION = { type: 'installation' } as const

/** Makes a user; without a password, with a one-time link to set one. @throws {AppError} `conflict` if the name is taken */
export async function createUser(
  house: House,
  caller: Caller,
  {
    name,
    password,
    ...settings
  }: { readonly name: AccountName; readonly password?: string | undefined } & UserSettings,
) {
  await authorize(house, caller, 'user/edit', INSTALLATION)
  const passwordHash = password === undefined ? undefined : await hashPassword(password)
  const link = password === undefined ? mintPasswordLink(caller.context.now) : undefined
  const actor = await actorOf(house, caller)
  const created = await house.store.change(house.store.installation, actor, async (tx) => {
    const user = await addUser(tx, { name, passwordHash, ...settings })
    if (link !== undefined) await putPasswordLink(tx, user.id, link)
    return user
  })
  return {
    user: viewOf(created, passwordHash !== undefined),
    passwordLink: link === undefined ? null : linkView(house, link),
  }
}

/** The part of a change of the installation that adds a user. @throws {AppError} `conflict` */
export async function addUser(
  tx: ChangeNouns,
  {
    email,
    ...fields
  }: { readonly name: AccountName; readonly passwordHash: string | undefined } & UserSettings,
): Promise<UserRecord> {
  const user = await tx.users.create({ ...fields, email: email ?? undefined })
  if (user === undefined) {
    throw new AppError(
      'conflict',
      `the name \`${fields.name}\` is taken by a user or an organization; choose another`,
      {
        field: 'name',
      },
    )
  }
  await tx.record(toStored({ type: 'user_created', subject: `user/${user.name}`, after: stateOf(user) }))
  return user
}

export async function listUsers(house: House, caller: Caller, { limit, after }: Paging) {
  await authorize(house, caller, 'user/read', INSTALLATION)
  // A name that isn't one only says where to go on; the store compares it as text.
  const page = await house.store.read.users.list({ limit, last: after as AccountName | undefined })
  const views = await Promise.all(page.items.map((user) => userView(house, user)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ name }) => name,
  )
}

export async function showUser(house: House, caller: Caller, input: { readonly user: AccountName }) {
  await authorize(house, caller, 'user/read', INSTALLATION)
  return userView(house, await requireUser(house, input.user))
}

/**
 * Says which organizations it leaves without an active owner.
 * @throws {AppError} `conflict` where it would leave the installation without an active administrator
 */
export async function updateUser(
  house: House,
  caller: Caller,
  {
    user: name,
    status,
    email,
    ...fields
  }: { readonly user: AccountName; readonly status?: 'active' | 'disabled' | undefined } & UserSettings,
) {
  await authorize(house, caller, 'user/edit', INSTALLATION)
  const { displayName, installationAdministrator } = fields
  const { id } = await requireUser(house, name)
  const { updated, withoutActiveOwner } = await house.store.change(
    house.store.installation,
    await actorOf(house, caller),
    async (tx) => {
      const before = await tx.users.byId(id)
      const after = await tx.users.update(id, {
        email,
        displayName,
        installationAdministrator,
        status: status === 'disabled' ? 'inactive' : status,
      })
      if (before === undefined || after === undefined) throw unknownUser(name)
      if (administers(before) && !administers(after)) await requireAnAdministrator(tx)
      await tx.record(
        toStored({
          type: 'user_updated',
          subject: `user/${name}`,
          before: stateOf(before),
          after: stateOf(after),
        }),
      )
      const disabled = before.status === 'active' && after.status !== 'active'
      return { updated: after, withoutActiveOwner: disabled ? await leftWithoutOwner(tx, after) : [] }
    },
  )
  return { ...(await userView(house, updated)), withoutActiveOwner }
}

export function administers({ installationAdministrator, status }: UserRecord): boolean {
  return installationAdministrator && status === 'active'
}

/** The installation's row is locked by the change, so nobody can resign at the same time. @throws {AppError} `conflict` */
export async function requireAnAdministrator(tx: ChangeNouns): Promise<void> {
  let last: AccountName | undefined
  for (;;) {
    const page = await tx.users.list({ limit: 1_000, last })
    if (page.items.some(administers)) return
    last = page.items.at(-1)?.name
    if (!page.more || last === undefined) break
  }
  throw new AppError(
    'conflict',
    'this is the last active installation administrator; make another one first, then try again',
  )
}

async function userView(house: House, user: UserRecord) {
  return viewOf(user, (await house.store.read.users.passwordHash(user.id)) !== undefined)
}

/** A user as the API shows it. */
export function viewOf(user: UserRecord, hasPassword: boolean) {
  return { name: user.name, ...stateOf(user), hasPassword, createdAt: instant(user.createdAt) }
}

export function stateOf({ displayName, email, installationAdministrator, status }: UserRecord) {
  return {
    displayName,
    email: email ?? null,
    installationAdministrator,
    status: status === 'active' ? 'active' : 'disabled',
  } as const satisfies JsonObject
}
