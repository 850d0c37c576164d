import type { AccountName } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'

/**
 * Organizations that have no active owner now that this user is disabled: an installation administrator may do that, and each
 * of them has it in its log. Their rows are locked, in the order of ids, so that no other owner leaves meanwhile.
 * @returns their names
 */
export async function leftWithoutOwner(tx: ChangeNouns, { id, name }: UserRecord): Promise<AccountName[]> {
  const left: AccountName[] = []
  for (const { organization: owned, role } of await tx.memberships.ofUser(id)) {
    if (role !== 'owner') continue
    const chain = await tx.join(owned)
    const organization = await tx.organizations.byId(owned)
    if (organization === undefined || (await tx.memberships.countActiveOwners(owned)) > 0) continue
    await chain.record(
      toStored({
        type: 'member_updated',
        subject: `member/${organization.name}/${name}`,
        before: { role, status: 'active' },
        after: { role, status: 'disabled', activeOwners: 0 },
      }),
    )
    left.push(organization.name)
  }
  return left
}
