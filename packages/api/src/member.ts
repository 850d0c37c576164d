import { z } from 'zod'
import { GroupName, OrganizationName, Timestamp, UserName } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'
import { Role } from './role.ts'
import { Streamed } from './streamed.ts'

export const Member = z.object({
  user: UserName,
  displayName: z.string(),
  role: Role,
  groups: z.array(GroupName).nullable().describe('in the order of names; null if you may not read groups'),
  since: Timestamp,
})
export type Member = z.infer<typeof Member>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ user: UserName })

export const member = {
  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/members',
    operationId: 'member_list',
    tag: 'members',
    summary: "List an organization's members",
    access: needs('member/read', 'organization'),
  })
    .input(InOrganization.extend(Paging.shape))
    .output(pageOf(Member)),

  export: procedure({
    method: 'GET',
    path: '/organizations/{organization}/members/export',
    operationId: 'member_export',
    tag: 'members',
    summary: 'Members and invitees as a file, with addresses and groups',
    description: 'Needs `member/read` as well. Columns as in the export of Docker Hub.',
    access: needs('invite/read', 'organization'),
    answers: {
      'text/csv':
        'Name, Username, Email, Type (User or Invitee), Permission, Teams, Date Joined; made safe for spreadsheets',
    },
  })
    .input(InOrganization)
    .output(Streamed),

  set: procedure({
    method: 'PUT',
    path: '/organizations/{organization}/members/{user}',
    operationId: 'member_set',
    tag: 'members',
    summary: 'Make somebody a member, or change their role',
    description: 'The last owner stays one. Nobody gives a role that can more than they themselves.',
    access: needs('member/edit', 'organization'),
  })
    .input(One.extend({ role: Role }))
    .output(Member),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/members/{user}',
    operationId: 'member_delete',
    tag: 'members',
    summary: 'Remove a member',
    description: 'Tokens of the organization that they made go on working.',
    access: needs('member/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),
}
