import { AppError } from '../../../errors.ts'
import type { UserRecord } from '../../../stores/metadata/port/accounts.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requirePerson, requireSignedIn } from '../signed-in.ts'
import { openInviteLink, requireWaiting, unknownInvite, type FoundInvite } from './find-invite.ts'
import { inviteView } from './invite-view.ts'
import { closeInvite, joinByInvite } from './join-by-invite.ts'

type ByLinkOrId = { readonly secret: string } | { readonly invite: string }

/** Those sent to the name of whoever is signed in. */
export async function listMyInvites(house: House, caller: Caller) {
  const { read } = house.store
  const waiting = await read.invites.waitingFor((await requireSelf(house, caller)).id)
  const views = waiting.map(async (invite) => {
    const organization = await read.organizations.byId(invite.organization)
    return organization === undefined ? [] : [inviteView(organization, invite)]
  })
  return { items: (await Promise.all(views)).flat() }
}

/** Says what a link is for, to whoever has it. @throws {AppError} `not-found`, `gone` */
export async function lookUpInvite(house: House, _caller: Caller, { secret }: { readonly secret: string }) {
  const { organization, invite } = await openInviteLink(house, secret)
  return inviteView(organization, invite)
}

/**
 * Makes whoever is signed in a member. An invite is the organization's once it was made: it stays good when whoever sent
 * it loses the right to.
 * @throws {AppError} `not-found`, `gone`, `denied` for an invite of somebody else
 */
export async function acceptInvite(house: House, caller: Caller, input: ByLinkOrId) {
  const user = await requireSelf(house, caller)
  const found =
    'secret' in input ? await openInviteLink(house, input.secret) : await findMine(house, user, input.invite)
  requireFor(found, user)
  const actor = await actorOf(house, caller)
  return house.store.change(found.organization.id, actor, (tx) => joinByInvite(tx, tx, found, user))
}

/** Needs no account: who has the link may say no. @throws {AppError} `not-found`, `gone`, `denied` */
export async function declineInvite(house: House, caller: Caller, input: ByLinkOrId): Promise<void> {
  const byLink = 'secret' in input
  const found = byLink
    ? await openInviteLink(house, input.secret)
    : await findMine(house, await requireSelf(house, caller), input.invite)
  const actor = byLink ? linkActor(caller) : await actorOf(house, caller)
  await house.store.change(found.organization.id, actor, (tx) => closeInvite(tx, tx, found, 'declined'))
}

/** Nobody who is known: whoever had the link. */
export function linkActor({ context }: Caller) {
  return { type: 'system', id: 'invite', name: 'invite link', address: context.address } as const
}

/** @throws {AppError} `denied` for tokens: what one may do must not grow by its own doing */
async function requireSelf(house: House, caller: Caller): Promise<UserRecord> {
  const id = requirePerson(caller)
  if (requireSignedIn(caller).kind !== 'session') {
    throw new AppError('denied', 'no token can answer invites; sign in with `wharden login` first')
  }
  const user = await house.store.read.users.byId(id)
  if (user === undefined) throw new AppError('credential-invalid', 'this account was deleted a moment ago')
  return user
}

async function findMine(house: House, user: UserRecord, id: string): Promise<FoundInvite> {
  const { read } = house.store
  const invite = await read.invites.byId(id)
  const mine = invite?.invitee.type === 'user' && invite.invitee.user === user.id
  const organization =
    mine && invite !== undefined ? await read.organizations.byId(invite.organization) : undefined
  if (invite === undefined || organization === undefined) throw unknownInvite(id)
  requireWaiting({ organization, invite })
  return { organization, invite }
}

/** @throws {AppError} `denied` for somebody else's, saying whose it is: who asks has its link */
function requireFor({ organization, invite: { invitee, invitedBy } }: FoundInvite, user: UserRecord): void {
  if (invitee.type === 'user') {
    if (invitee.user === user.id) return
    throw new AppError(
      'denied',
      `this invite to \`${organization.name}\` is for \`${invitee.name}\`, and you are signed in as \`${user.name}\`; sign in as \`${invitee.name}\` and try again`,
    )
  }
  // Who has no address yet can't have another one than the invite's.
  if (user.email === undefined || user.email.toLowerCase() === invitee.email) return
  throw new AppError(
    'denied',
    `this invite to \`${organization.name}\` is for \`${invitee.email}\`, and the address of \`${user.name}\` is \`${user.email}\`; sign in with the other account, or ask \`${invitedBy}\` to invite \`${user.name}\` by name`,
  )
}
