import { actionsOn, GROUP_RIGHTS } from '@wharden/policy'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { GroupPermissionRecord, GroupReader, GroupRecord } from '../../../stores/metadata/port/groups.ts'
import type { RepositoryReader } from '../../../stores/metadata/port/repositories.ts'
import type { Gift } from '../held.ts'

type Reading = { readonly groups: GroupReader; readonly repositories: RepositoryReader }

/** What somebody is given by being put into a group. */
export async function giftsOf(
  { groups, repositories }: Reading,
  organization: OrganizationRecord,
  group: Pick<GroupRecord, 'id'>,
): Promise<readonly Gift[]> {
  const permissions = await groups.permissions(group.id)
  const ids = permissions.flatMap(({ pattern }) =>
    pattern.type === 'repository' ? [pattern.repository] : [],
  )
  const places = new Map((await repositories.byIds(ids)).map((repository) => [repository.id, repository]))
  return permissions.flatMap((permission): readonly Gift[] => {
    if (permission.pattern.type === 'under') return [giftOf(organization, permission, undefined)]
    const place = places.get(permission.pattern.repository)
    // What was given on a repository that is gone gives nothing.
    return place === undefined ? [] : [giftOf(organization, permission, place)]
  })
}

export function giftOf(
  organization: OrganizationRecord,
  { label, pattern, permission }: Pick<GroupPermissionRecord, 'label' | 'pattern' | 'permission'>,
  place: Gift['place'],
): Gift {
  return {
    label: `${organization.name}/${label}`,
    pattern,
    actions: actionsOn(GROUP_RIGHTS[permission], pattern),
    place,
  }
}
