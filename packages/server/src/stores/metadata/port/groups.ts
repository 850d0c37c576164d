import type {
  AccountName,
  GroupGrant,
  GroupId,
  GroupPermission,
  OrganizationId,
  UserId,
} from '@wharden/policy'
import type { RepositoryRecord } from './repositories.ts'
import type { UserRecord } from './accounts.ts'
import type { Page, PageQuery } from './page.ts'

/** A team of an organization's members, and what they may do together. */
export type GroupRecord = {
  readonly id: GroupId
  readonly organization: OrganizationId
  /** Within its organization. What refers to a group holds its id, so it can be renamed. */
  readonly name: string
  readonly description: string
  readonly createdAt: number
}

export type GroupMember = { readonly user: UserRecord; readonly since: number }

export type GroupPermissionRecord = GroupGrant & {
  /** What was given as it was written: `samples/nginx`, `samples/*`. Outlives the repository. */
  readonly label: string
}

export interface GroupReader {
  byId(id: GroupId): Promise<GroupRecord | undefined>
  byName(organization: OrganizationId, name: string): Promise<GroupRecord | undefined>
  /** In the order of names, which is what `last` is. */
  list(organization: OrganizationId, page: PageQuery): Promise<Page<GroupRecord>>
  /** Those that a member is in, in the order of names. */
  ofMember(organization: OrganizationId, user: UserId): Promise<readonly GroupRecord[]>
  /** The same of many at once; whoever is in none is left out. */
  ofMembers(
    organization: OrganizationId,
    users: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, readonly GroupRecord[]>>
  /** In the order of names. */
  members(group: GroupId, page: PageQuery<AccountName>): Promise<Page<GroupMember>>
  countMembers(group: GroupId): Promise<number>
  /** In the order of labels. */
  permissions(group: GroupId): Promise<readonly GroupPermissionRecord[]>
  /** Groups that were given the repository, by itself or all below a prefix of it, in the order of names. */
  withAccessTo(
    repository: Pick<RepositoryRecord, 'id' | 'organization' | 'name'>,
  ): Promise<readonly { readonly group: GroupRecord; readonly permission: GroupPermissionRecord }[]>
}

/** Whoever is in a group is told of what concerns it: their credentials are forgotten. */
export interface Groups extends GroupReader {
  /** @returns undefined if the organization has one of this name */
  create(group: {
    readonly organization: OrganizationId
    readonly name: string
    readonly description?: string | undefined
  }): Promise<GroupRecord | undefined>
  /** @returns undefined if there is none, or another one has the name */
  update(
    id: GroupId,
    fields: { readonly name?: string | undefined; readonly description?: string | undefined },
  ): Promise<GroupRecord | undefined>
  delete(id: GroupId): Promise<boolean>
  /**
   * The user must be a member of the organization.
   * @returns false if they were in it already
   */
  addMember(group: GroupRecord, user: UserId): Promise<boolean>
  /** @returns false if they weren't in it */
  removeMember(group: GroupId, user: UserId): Promise<boolean>
  /** Instead of what the group was given under this label. */
  setPermission(
    group: GroupId,
    permission: {
      readonly label: string
      readonly pattern: GroupGrant['pattern']
      readonly permission: GroupPermission
    },
  ): Promise<GroupPermissionRecord>
  /** @returns what it was */
  removePermission(group: GroupId, label: string): Promise<GroupPermissionRecord | undefined>
}
