import { z } from 'zod'
import { ACCESS, needs } from './access.ts'
import { GroupName, OrganizationName, Password, Timestamp, UserName } from './names.ts'
import { OneTimeLink } from './one-time-link.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'
import { Role } from './role.ts'

export const InviteState = z.enum(['pending', 'expired', 'accepted', 'declined', 'cancelled'])

const InviteId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/, 'use the id that the list of invites shows')

export const Invite = z.object({
  id: InviteId,
  organization: OrganizationName,
  invitee: z.string().describe('a user name, or an e-mail address in lower case'),
  type: z.enum(['user', 'email']),
  role: Role,
  group: GroupName.nullable().describe('the group they come into, by its name when they were invited'),
  state: InviteState,
  invitedBy: z.string().describe('the name of the person or of the token'),
  createdAt: Timestamp,
  sentAt: Timestamp.describe('when its newest link was made'),
  expiresAt: Timestamp,
  closedAt: Timestamp.nullable(),
})
export type Invite = z.infer<typeof Invite>

/** Docker Hub's words, and two more. https://docs.docker.com/reference/api/hub/latest/ */
export const InviteOutcome = z.enum([
  'invited',
  'already_invited',
  'existing_org_member',
  'invalid_email_or_docker_id',
  'too_many_pending',
])

export const Invited = z.object({
  invitee: z.string().describe('as it was sent'),
  outcome: InviteOutcome,
  message: z.string().nullable().describe('why somebody was not invited, and what to do'),
  invite: Invite.nullable(),
  link: OneTimeLink.nullable().describe('to be handed to the invited person: no mail is sent'),
})
export type Invited = z.infer<typeof Invited>

/** What an accepted invite made of somebody. */
export const Acceptance = z.object({
  organization: OrganizationName,
  user: UserName,
  role: Role.describe('what they are now: who is a member already keeps their role'),
  alreadyMember: z.boolean(),
  group: z.object({ name: GroupName, joined: z.boolean().describe('false if it is gone') }).nullable(),
  message: z.string(),
})
export type Acceptance = z.infer<typeof Acceptance>

const ExpiresInDays = z.number().int().min(1).max(30).default(7)
const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ invite: InviteId })
const Secret = z.string().min(1).max(256).describe('the last part of the link')
const ByLink = z.object({ secret: Secret })
const ByLinkOrId = z.union([ByLink, z.object({ invite: InviteId })])

export const invite = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/invites',
    operationId: 'invite_create',
    tag: 'invites',
    summary: 'Invite people, by e-mail address or user name',
    description:
      'Each gets an outcome of their own: one that can not be invited keeps nobody else out. Nobody gives a role or a group that can more than they themselves, and no token makes owners. At most 5,000 invites of an organization wait at a time. The links are shown this once.',
    access: needs('invite/edit', 'organization'),
    successStatus: 201,
  })
    .input(
      InOrganization.extend({
        invitees: z.array(z.string().max(254)).min(1).max(1000),
        role: Role.default('member'),
        group: GroupName.optional(),
        expiresInDays: ExpiresInDays,
        dryRun: z.boolean().default(false).describe('say the outcomes and change nothing'),
      }),
    )
    .output(z.object({ invitees: z.array(Invited) })),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/invites',
    operationId: 'invite_list',
    tag: 'invites',
    summary: "List an organization's invites, oldest first",
    access: needs('invite/read', 'organization'),
  })
    .input(InOrganization.extend({ ...Paging.shape, state: InviteState.optional() }))
    .output(pageOf(Invite)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/invites/{invite}',
    operationId: 'invite_show',
    tag: 'invites',
    summary: 'Show one invite',
    access: needs('invite/read', 'organization'),
  })
    .input(One)
    .output(Invite),

  resend: procedure({
    method: 'POST',
    path: '/organizations/{organization}/invites/{invite}/links',
    operationId: 'invite_resend',
    tag: 'invites',
    summary: 'Make a new link, with a new end, for an invite that is pending or has expired',
    description: 'The link before says that it was replaced.',
    access: needs('invite/edit', 'organization'),
    successStatus: 201,
  })
    .input(One.extend({ expiresInDays: ExpiresInDays }))
    .output(z.object({ invite: Invite, link: OneTimeLink })),

  cancel: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/invites/{invite}',
    operationId: 'invite_cancel',
    tag: 'invites',
    summary: 'Cancel an invite: its link says so',
    access: needs('invite/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),

  listMine: procedure({
    method: 'GET',
    path: '/invites',
    operationId: 'invite_list_mine',
    tag: 'invites',
    summary: 'List the invites that wait for the signed-in person',
    description:
      'Those sent to their user name. One sent to an e-mail address is for whoever has its link: nobody has proven an address here.',
    access: ACCESS.signedIn,
  }).output(z.object({ items: z.array(Invite) })),

  lookUp: procedure({
    method: 'POST',
    path: '/invites/lookups',
    operationId: 'invite_look_up',
    tag: 'invites',
    summary: 'Say what an invite’s link is for',
    access: ACCESS.public,
    successStatus: 200,
  })
    .input(ByLink)
    .output(Invite),

  accept: procedure({
    method: 'POST',
    path: '/invites/acceptances',
    operationId: 'invite_accept',
    tag: 'invites',
    summary: 'Accept an invite, by its link or its id, as the signed-in person',
    access: ACCESS.signedIn,
    successStatus: 201,
  })
    .input(ByLinkOrId)
    .output(Acceptance),

  register: procedure({
    method: 'POST',
    path: '/invites/registrations',
    operationId: 'invite_register',
    tag: 'invites',
    summary: 'Accept an invite that was sent to an e-mail address by making an account',
    access: ACCESS.public,
    successStatus: 201,
  })
    .input(
      ByLink.extend({
        user: UserName,
        displayName: z.string().min(1).max(100).optional(),
        password: Password,
      }),
    )
    .output(Acceptance),

  decline: procedure({
    method: 'POST',
    path: '/invites/refusals',
    operationId: 'invite_decline',
    tag: 'invites',
    summary: 'Decline an invite: by its link, or signed in by its id',
    access: ACCESS.public,
    successStatus: 204,
  })
    .input(ByLinkOrId)
    .output(z.void()),
}
