import type { AccountName, Role } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { mintSecret, type MintedSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { Invitee, InviteRecord, Standing } from '../../../stores/metadata/port/invites.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireMayGive } from '../member.ts'
import { instant } from '../time.ts'
import { groupToGive } from './invite-group.ts'
import { inviteeName, inviteLink, inviteSubject, inviteView } from './invite-view.ts'
import { MOST_PENDING, roomForInvites } from './pending-limit.ts'
import { readInvitee, type NamedInvitee } from './read-invitee.ts'

export const DAY = 86_400_000

type NewInvites = {
  readonly organization: AccountName
  readonly invitees: readonly string[]
  readonly role: Role
  readonly group?: string | undefined
  readonly expiresInDays: number
  readonly dryRun: boolean
}

type Outcome =
  | 'invited'
  | 'already_invited'
  | 'existing_org_member'
  | 'invalid_email_or_docker_id'
  | 'too_many_pending'

/** What becomes of one who was named; `invitee` of those who can be invited. */
type Verdict = { readonly text: string } & (
  | { readonly outcome: 'invited'; readonly invitee: Invitee }
  | { readonly outcome: Exclude<Outcome, 'invited'> }
)

/**
 * Invites people, each for themselves: whoever can't be is told of, and keeps nobody out.
 * @throws {AppError} `denied` for a role or a group that can more than the caller; `not-found` for a group that isn't there
 */
export async function createInvites(house: House, caller: Caller, input: NewInvites) {
  const organization = await requireOrganization(house, caller, input.organization, 'invite/edit')
  const { role, dryRun } = input
  requireMayGive(caller, organization, role)
  const group = await groupToGive(house, caller, organization, input.group)
  const named = input.invitees.map((text) => ({ text, invitee: readInvitee(text) }))
  if (dryRun) {
    const { invites } = house.store.read
    const standing = await invites.standing(organization.id, asked(named))
    const verdicts = judge(named, standing, await roomForInvites(invites, organization.id))
    return { invitees: verdicts.map((verdict) => answer(verdict, undefined)) }
  }
  const actor = await actorOf(house, caller)
  const secrets = named.map(() => mintSecret('inv'))
  const expiresAt = caller.context.now + input.expiresInDays * DAY
  const done = await house.store.change(organization.id, actor, async (tx) => {
    const standing = await tx.invites.standing(organization.id, asked(named))
    const verdicts = judge(named, standing, await roomForInvites(tx.invites, organization.id))
    await makeRoom(tx, verdicts, standing)
    const invited = verdicts.flatMap((verdict, index) =>
      verdict.outcome === 'invited' ? [{ index, invitee: verdict.invitee }] : [],
    )
    const common = { role, group, invitedBy: actor.name, expiresAt }
    const made = await tx.invites.create(
      organization.id,
      invited.map(({ index, invitee }) => ({ invitee, ...common, hash: hashOf(secrets[index]) })),
    )
    for (const invite of made) await recordInvited(tx, organization, invite)
    const byIndex = new Map(invited.map(({ index }, position) => [index, made[position]]))
    return verdicts.map((verdict, index) => ({ verdict, invite: byIndex.get(index), secret: secrets[index] }))
  })
  return {
    invitees: done.map(({ verdict, invite, secret }) =>
      answer(
        verdict,
        invite === undefined || secret === undefined
          ? undefined
          : {
              invite: inviteView(organization, invite),
              link: inviteLink(house, secret, invite.expiresAt),
            },
      ),
    ),
  }
}

type Named = { readonly text: string; readonly invitee: NamedInvitee | undefined }

function asked(named: readonly Named[]) {
  const names = named.flatMap(({ invitee }) => (invitee?.type === 'user' ? [invitee.name] : []))
  const emails = named.flatMap(({ invitee }) => (invitee?.type === 'email' ? [invitee.email] : []))
  return { names: [...new Set(names)], emails: [...new Set(emails)] }
}

function judge(
  named: readonly Named[],
  { users, members, open }: Standing,
  room: number,
): readonly Verdict[] {
  let left = room
  const invited = new Set(open.filter(({ state }) => state === 'pending').map(inviteeName))
  return named.map(({ text, invitee }): Verdict => {
    const known = invitee === undefined ? undefined : identify(invitee, users)
    if (known === undefined) return { text, outcome: 'invalid_email_or_docker_id' }
    const name = inviteeName({ invitee: known })
    if (members.has(name)) return { text, outcome: 'existing_org_member' }
    if (invited.has(name)) return { text, outcome: 'already_invited' }
    if (left === 0) return { text, outcome: 'too_many_pending' }
    left -= 1
    invited.add(name)
    return { text, outcome: 'invited', invitee: known }
  })
}

function identify(invitee: NamedInvitee, users: Standing['users']): Invitee | undefined {
  if (invitee.type === 'email') return invitee
  const user = users.get(invitee.name)
  return user === undefined ? undefined : { ...invitee, user }
}

/** Whoever's invite has expired may have another; the old one's links go on saying that it expired. */
async function makeRoom(tx: ChangeNouns, verdicts: readonly Verdict[], { open }: Standing): Promise<void> {
  const invited = new Set(
    verdicts.flatMap((verdict) => (verdict.outcome === 'invited' ? [inviteeName(verdict)] : [])),
  )
  for (const invite of open) {
    if (invited.has(inviteeName(invite))) await tx.invites.close(invite.id, 'expired')
  }
}

function hashOf(secret: MintedSecret | undefined): Uint8Array {
  return Buffer.from(secret?.hash ?? '', 'hex')
}

async function recordInvited(
  tx: ChangeNouns,
  organization: OrganizationRecord,
  invite: InviteRecord,
): Promise<void> {
  const { role, group, expiresAt } = invite
  await tx.record(
    toStored({
      type: 'invite_created',
      subject: inviteSubject(organization, invite),
      after: { role, group: group?.name ?? null, expiresAt: instant(expiresAt) },
    }),
  )
}

const WHY: { readonly [Each in Exclude<Outcome, 'invited'>]: (text: string) => string } = {
  already_invited: (text) => `\`${text}\` is invited already; \`wharden invite resend\` makes a new link`,
  existing_org_member: (text) =>
    `\`${text}\` is a member already; \`wharden member set\` changes what they may do`,
  invalid_email_or_docker_id: (text) =>
    `\`${text}\` is neither an e-mail address nor the name of a user; check how it is written`,
  too_many_pending: (text) =>
    `\`${text}\` was not invited: ${MOST_PENDING} invites wait already, and no more may; cancel some, or ask again once they are answered`,
}

type Made = {
  readonly invite: ReturnType<typeof inviteView>
  readonly link: ReturnType<typeof inviteLink>
}

function answer({ text, outcome }: Verdict, made: Made | undefined) {
  return {
    invitee: text,
    outcome,
    message: outcome === 'invited' ? null : WHY[outcome](text),
    invite: made?.invite ?? null,
    link: made?.link ?? null,
  }
}
