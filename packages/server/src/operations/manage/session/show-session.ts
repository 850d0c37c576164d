import type { UserId } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireSignedIn, type SignedIn } from '../signed-in.ts'
import { instantOrNull } from '../time.ts'

/** Says whom the credential speaks for. */
export async function showSession(house: House, caller: Caller) {
  const principal = requireSignedIn(caller)
  const { read } = house.store
  const record = await read.credentials.byId(principal.credential)
  if (record === undefined) throw gone()
  const credential = { id: record.id, kind: kindOf(principal), expiresAt: instantOrNull(record.expiresAt) }
  if (principal.user === undefined) {
    const organization =
      principal.organization === undefined ? undefined : await read.organizations.byId(principal.organization)
    if (organization === undefined) throw gone()
    return { type: 'organization' as const, organization: organization.name, name: record.name, credential }
  }
  const user = await read.users.byId(principal.user)
  if (user === undefined) throw gone()
  return {
    type: 'user' as const,
    user: user.name,
    displayName: user.displayName,
    installationAdministrator: user.installationAdministrator,
    memberships: await membershipsOf(house, principal, user.id),
    companies: (await read.companies.ownedBy(user.id)).map(({ name }) => name),
    credential,
  }
}

async function membershipsOf(house: House, { memberships }: SignedIn, user: UserId) {
  const { organizations, groups } = house.store.read
  const found = await Promise.all(
    memberships.map(async ({ organization, role }) => {
      const record = await organizations.byId(organization)
      if (record === undefined) return []
      const joined = (await groups.ofMember(organization, user)).map(({ name }) => name)
      return [{ organization: record.name, role, groups: joined }]
    }),
  )
  return found.flat().toSorted((one, other) => (one.organization < other.organization ? -1 : 1))
}

type ShownKind = 'session' | 'pat' | 'oat' | 'registry-token'
const SHOWN_KINDS: readonly ShownKind[] = ['session', 'pat', 'oat', 'registry-token']

function kindOf({ kind }: SignedIn): ShownKind {
  const shown = SHOWN_KINDS.find((known) => known === kind)
  if (shown === undefined) throw new AppError('unsupported', `a credential of kind \`${kind}\` can't do this`)
  return shown
}

function gone(): AppError {
  return new AppError('credential-invalid', 'this credential was deleted a moment ago; sign in again')
}
