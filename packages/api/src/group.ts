import { GROUP_PERMISSIONS } from '@wharden/policy'
import { z } from 'zod'
import { needs } from './access.ts'
import { GroupName, OrganizationName, RepositoryPattern, Timestamp, UserName } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'

/** `write` includes read; `admin` is everything in a repository. */
export const GroupPermission = z.enum(GROUP_PERMISSIONS)
export type GroupPermission = z.infer<typeof GroupPermission>

const Description = z.string().max(256)

export const Group = z.object({
  name: GroupName,
  organization: OrganizationName,
  id: z.string().describe('stays when the group is renamed; what policies name it by'),
  description: z.string(),
  members: z.int().describe('how many'),
  createdAt: Timestamp,
})
export type Group = z.infer<typeof Group>

export const GroupMember = z.object({ user: UserName, displayName: z.string(), since: Timestamp })
export type GroupMember = z.infer<typeof GroupMember>

export const GroupGrant = z.object({
  repository: RepositoryPattern,
  permission: GroupPermission,
  state: z
    .enum(['live', 'reserved', 'pattern', 'gone'])
    .describe(
      '`reserved`: no such repository yet; `gone`: it was deleted, and another one of its name is another one',
    ),
})
export type GroupGrant = z.infer<typeof GroupGrant>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ group: GroupName })
const Member = One.extend({ user: UserName })
const Permission = One.extend({ repository: RepositoryPattern })

export const group = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/groups',
    operationId: 'group_create',
    tag: 'groups',
    summary: 'Create a group',
    access: needs('group/edit', 'organization'),
    successStatus: 201,
  })
    .input(InOrganization.extend({ name: GroupName, description: Description.default('') }))
    .output(Group),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/groups',
    operationId: 'group_list',
    tag: 'groups',
    summary: "List an organization's groups, or those a member is in",
    access: needs('group/read', 'organization'),
  })
    .input(InOrganization.extend({ user: UserName.optional(), ...Paging.shape }))
    .output(pageOf(Group)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/groups/{group}',
    operationId: 'group_show',
    tag: 'groups',
    summary: 'Show one group',
    access: needs('group/read', 'organization'),
  })
    .input(One)
    .output(Group),

  update: procedure({
    method: 'PATCH',
    path: '/organizations/{organization}/groups/{group}',
    operationId: 'group_update',
    tag: 'groups',
    summary: 'Rename or re-describe a group',
    description: 'What is absent stays as it is. A renamed group keeps its members and permissions.',
    access: needs('group/edit', 'organization'),
  })
    .input(One.extend({ name: GroupName.optional(), description: Description.optional() }))
    .output(Group),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/groups/{group}',
    operationId: 'group_delete',
    tag: 'groups',
    summary: 'Delete a group; what it gave ends at once',
    access: needs('group/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),

  listMembers: procedure({
    method: 'GET',
    path: '/organizations/{organization}/groups/{group}/members',
    operationId: 'group_list_members',
    tag: 'groups',
    summary: "List a group's members",
    access: needs('group/read', 'organization'),
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(GroupMember)),

  addMember: procedure({
    method: 'PUT',
    path: '/organizations/{organization}/groups/{group}/members/{user}',
    operationId: 'group_add_member',
    tag: 'groups',
    summary: 'Put a member of the organization into a group',
    description: 'Nobody gives, by putting somebody into a group, what they don’t hold themselves.',
    access: needs('group/edit', 'organization'),
    successStatus: 204,
  })
    .input(Member)
    .output(z.void()),

  removeMember: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/groups/{group}/members/{user}',
    operationId: 'group_remove_member',
    tag: 'groups',
    summary: 'Take somebody out of a group',
    access: needs('group/edit', 'organization'),
    successStatus: 204,
  })
    .input(Member)
    .output(z.void()),

  listPermissions: procedure({
    method: 'GET',
    path: '/organizations/{organization}/groups/{group}/permissions',
    operationId: 'group_list_permissions',
    tag: 'groups',
    summary: 'List what a group may do, repository by repository',
    access: needs('group/read', 'organization'),
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(GroupGrant)),

  setPermission: procedure({
    method: 'PUT',
    path: '/organizations/{organization}/group-permissions/{group}/{+repository}',
    operationId: 'group_set_permission',
    tag: 'groups',
    summary: 'Give a group a permission on a repository, or on all below a prefix',
    description: 'Instead of the one it had there. The repository need not exist yet.',
    access: needs('group/edit', 'organization'),
  })
    .input(Permission.extend({ permission: GroupPermission }))
    .output(GroupGrant),

  removePermission: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/group-permissions/{group}/{+repository}',
    operationId: 'group_remove_permission',
    tag: 'groups',
    summary: 'Take a permission from a group',
    access: needs('group/edit', 'organization'),
    successStatus: 204,
  })
    .input(Permission)
    .output(z.void()),
}
