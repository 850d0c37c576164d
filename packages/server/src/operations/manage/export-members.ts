import type { AccountName, Role } from '@wharden/policy'
import { csvRow } from '../../csv-row.ts'
import type { MembershipRecord, OrganizationRecord, UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { InviteRecord } from '../../stores/metadata/port/invites.ts'
import type { Page } from '../../stores/metadata/port/page.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireOrganization } from './find-organization.ts'
import { streamed } from './streamed.ts'
import { instant } from './time.ts'

/** As Docker Hub has them; columns are added at the end only. https://docs.docker.com/admin/organization/members/#export-members */
const COLUMNS = ['Name', 'Username', 'Email', 'Type', 'Permission', 'Teams', 'Date Joined']

const PERMISSIONS: { readonly [Each in Role]: string } = {
  owner: 'Owner',
  editor: 'Editor',
  member: 'Member',
  auditor: 'Auditor',
}

const AT_ONCE = 500

type MemberRecord = { readonly user: UserRecord; readonly membership: MembershipRecord }

/** Members and those who are invited, as a file that is read while it is sent. */
export async function exportMembers(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'member/read')
  // Invitees are in it, and addresses, which a list of members doesn't show.
  await requireOrganization(house, caller, input.organization, 'invite/read')
  const [day] = instant(caller.context.now).split('T')
  return streamed(`${organization.name}-members-${day}`, 'csv', rows(house, organization))
}

async function* rows({ store, stopping }: House, { id }: OrganizationRecord): AsyncGenerator<string, void> {
  const { memberships, groups, invites } = store.read
  yield csvRow(COLUMNS)
  const members = (last: AccountName | undefined) => memberships.ofOrganization(id, { limit: AT_ONCE, last })
  for await (const page of pages(members, ({ user }) => user.name)) {
    stopping.throwIfAborted()
    const teams = await groups.ofMembers(
      id,
      page.map(({ user }) => user.id),
    )
    const teamsOf = ({ user }: MemberRecord) => (teams.get(user.id) ?? []).map(({ name }) => name)
    yield page.map((member) => memberRow(member, teamsOf(member))).join('')
  }
  const waiting = (last: string | undefined) =>
    invites.ofOrganization(id, { limit: AT_ONCE, last, state: 'pending' })
  for await (const page of pages(waiting, ({ id }) => id)) yield page.map(inviteeRow).join('')
}

async function* pages<Item, Last>(
  read: (last: Last | undefined) => Promise<Page<Item>>,
  lastOf: (item: Item) => Last,
): AsyncGenerator<readonly Item[], void> {
  let last: Last | undefined
  for (let more = true; more;) {
    const page = await read(last)
    yield page.items
    const final = page.items.at(-1)
    more = page.more && final !== undefined
    if (final !== undefined) last = lastOf(final)
  }
}

function memberRow({ user, membership }: MemberRecord, teams: readonly string[]): string {
  const { displayName, name, email = null } = user
  const { role, createdAt } = membership
  return csvRow([displayName, name, email, 'User', PERMISSIONS[role], teams.join(', '), instant(createdAt)])
}

function inviteeRow({ invitee, role, group }: InviteRecord): string {
  const [name, email] = invitee.type === 'user' ? [invitee.name, null] : [null, invitee.email]
  return csvRow([null, name, email, 'Invitee', PERMISSIONS[role], group?.name ?? null, null])
}
