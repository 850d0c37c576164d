import {
  actionsOn,
  ROLE_RIGHTS,
  type AccountName,
  type Action,
  type GrantPattern,
  type Role,
} from '@wharden/policy'
import { toStored, type AuditEvent } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { MembershipRecord, OrganizationRecord, UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import { mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { findOrganization, requireOrganization } from './find-organization.ts'
import { requireHeld } from './held.ts'
import { cancelInvitesOf } from './invite/cancel-invites-of.ts'
import { pageView, type Paging } from './page.ts'
import { requireSignedIn } from './signed-in.ts'
import { instant } from './time.ts'
import { requireUser } from './find-user.ts'

type InOrganization = { readonly organization: AccountName }
type One = InOrganization & { readonly user: AccountName }

export async function listMembers(house: House, caller: Caller, input: InOrganization & Paging) {
  const organization = await requireOrganization(house, caller, input.organization, 'member/read')
  // A name that isn't one only says where to go on; the store compares it as text.
  const last = input.after as AccountName | undefined
  const page = await house.store.read.memberships.ofOrganization(organization.id, {
    limit: input.limit,
    last,
  })
  const views = await memberViews(house, caller, organization, page.items)
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ user }) => user,
  )
}

/**
 * Makes somebody a member, or gives them another role.
 * @throws {AppError} `denied` for a role that can more than the caller; `conflict` if it would leave no owner
 */
export async function setMember(house: House, caller: Caller, input: One & { readonly role: Role }) {
  const organization = await requireOrganization(house, caller, input.organization, 'member/edit')
  const { role } = input
  requireMayGive(caller, organization, role)
  const user = await requireUser(house, input.user)
  const actor = await actorOf(house, caller)
  const membership = await house.store.change(organization.id, actor, async (tx) => {
    const before = await tx.memberships.find(organization.id, user.id)
    if (before !== undefined && before.role !== role) requireMayGive(caller, organization, before.role)
    const after = await tx.memberships.put(organization.id, user.id, role)
    await requireAnOwner(tx, organization)
    const subject = `member/${organization.name}/${user.name}` as const
    await tx.record(
      toStored(
        before === undefined
          ? { type: 'member_added', subject, after: { role } }
          : { type: 'member_updated', subject, before: { role: before.role }, after: { role } },
      ),
    )
    return after
  })
  const [view] = await memberViews(house, caller, organization, [{ membership, user }])
  if (view === undefined) throw new Error('a member has no view')
  return view
}

/** Removes a member; everybody may remove themselves. @throws {AppError} `conflict` if it would leave no owner */
export async function deleteMember(house: House, caller: Caller, input: One): Promise<void> {
  const organization = await organizationToLeave(house, caller, input)
  const user = await requireUser(house, input.user)
  const self = isSelf(caller, user)
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await tx.memberships.find(organization.id, user.id)
    if (before === undefined) throw notAMember(organization, input.user)
    if (!self) requireMayGive(caller, organization, before.role)
    await tx.record(toStored(await removal(tx, organization, user, before)))
    await tx.memberships.delete(organization.id, user.id)
    await cancelInvitesOf(tx, organization, user)
    await requireAnOwner(tx, organization)
  })
}

/** What a member's leaving takes away. */
export async function removal(
  tx: ChangeNouns,
  organization: OrganizationRecord,
  user: UserRecord,
  { role }: MembershipRecord,
): Promise<AuditEvent> {
  const groups = (await tx.groups.ofMember(organization.id, user.id)).map(({ name }) => name)
  const subject = `member/${organization.name}/${user.name}` as const
  return { type: 'member_removed', subject, before: { role, groups } }
}

async function organizationToLeave(house: House, caller: Caller, input: One): Promise<OrganizationRecord> {
  const user = await house.store.read.users.byName(input.user)
  return user !== undefined && isSelf(caller, user)
    ? findOrganization(house, caller, input.organization)
    : requireOrganization(house, caller, input.organization, 'member/edit')
}

/** A person at a keyboard; their tokens are held to `member/edit` like everybody else's. */
function isSelf({ principal }: Caller, user: UserRecord): boolean {
  return principal.type === 'credential' && principal.kind === 'session' && principal.user === user.id
}

/**
 * Nobody gives, or takes away, what they don't hold themselves; and no token makes or unmakes owners. What every member
 * has is in the hands of whoever may edit members.
 */
export function requireMayGive(caller: Caller, organization: OrganizationRecord, role: Role): void {
  const principal = requireSignedIn(caller)
  if (role === 'owner' && principal.kind !== 'session') {
    throw new AppError(
      'denied',
      'no token can make or remove an owner; sign in with `wharden login` and do it yourself',
    )
  }
  const { id } = organization
  const patterns: readonly GrantPattern[] = [
    { type: 'organization', organization: id },
    { type: 'under', organization: id, prefix: '' },
  ]
  const gifts = patterns.map((pattern) => {
    const common: ReadonlySet<Action> = new Set(actionsOn(ROLE_RIGHTS.member, pattern))
    const actions = actionsOn(ROLE_RIGHTS[role], pattern).filter((action) => !common.has(action))
    return { label: `${organization.name}, as its ${role}`, pattern, actions }
  })
  requireHeld(principal, gifts)
}

/** The organization's row is locked by the change, so two owners can't leave at the same time. @throws {AppError} `conflict` */
export async function requireAnOwner(tx: ChangeNouns, organization: OrganizationRecord): Promise<void> {
  if ((await tx.memberships.countOwners(organization.id)) > 0) return
  throw new AppError(
    'conflict',
    `this is the last owner of \`${organization.name}\`; make somebody else an owner first, then try again`,
  )
}

function notAMember(organization: OrganizationRecord, user: AccountName): AppError {
  return new AppError('not-found', `\`${user}\` is not a member of \`${organization.name}\``)
}

type MemberRecord = { readonly membership: MembershipRecord; readonly user: UserRecord }

/** With their groups, for whoever may read those: a token may read members alone. */
async function memberViews(
  house: House,
  caller: Caller,
  { id }: OrganizationRecord,
  members: readonly MemberRecord[],
) {
  const groups = (await mayDo(house, caller, 'group/read', { type: 'organization', organization: id }))
    ? await house.store.read.groups.ofMembers(
        id,
        members.map(({ user }) => user.id),
      )
    : undefined
  return members.map(({ membership: { role, createdAt }, user: { id: user, name, displayName } }) => ({
    user: name,
    displayName,
    role,
    groups: groups === undefined ? null : (groups.get(user) ?? []).map((group) => group.name),
    since: instant(createdAt),
  }))
}
