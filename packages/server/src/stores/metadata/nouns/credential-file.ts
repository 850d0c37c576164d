/**
 * The hottest look-ups there are. Whose secret a hash is: one prepared statement. Everything about a credential, by its id:
 * two, the credential, then all that hangs on it as rows of one shape (`part` says what a row is).
 */
import type {
  AccountName,
  CredentialId,
  GroupId,
  GroupPermission,
  OrganizationId,
  Role,
  ScopeMapId,
  UserId,
} from '@wharden/policy'
import type { UserRecord } from '../port/accounts.ts'
import type {
  CredentialFile,
  CredentialOwner,
  RuleRecord,
  ScopeMapRecord,
  SecretHash,
  SecretRecord,
} from '../port/credentials.ts'
import type { Session } from '../session.ts'
import { credentialOf, secretOf, type CredentialRow } from './credential-row.ts'
import { permissionOf } from './groups.ts'
import { membershipOf } from './memberships.ts'
import { ruleOf } from './rules.ts'
import { scopeMapOf } from './scope-maps.ts'
import { userOf } from './users.ts'

type SecretRow = Parameters<typeof secretOf>[0]

const BY_HASH = 'SELECT credential_id, slot, created_at, expires_at FROM credential_secret WHERE hash = ?'

const BY_ID = 'SELECT * FROM credential WHERE id = ?'

// One column carries ids and names, so PostgreSQL must be told the types that SQLite doesn't care for.
const RULES = `SELECT 'rule' AS part, id AS a, pattern AS b, actions AS c, label AS d, CAST(NULL AS text) AS e, CAST(NULL AS text) AS f,
    position AS x, CAST(NULL AS bigint) AS y, CAST(NULL AS bigint) AS z
  FROM permission_rule WHERE credential_id = ?`
const SCOPE_MAP = `
  UNION ALL SELECT 'map-rule', id, pattern, actions, label, NULL, NULL, position, NULL, NULL
  FROM permission_rule WHERE scope_map_id = ?
  UNION ALL SELECT 'map', id, organization_id, name, description, NULL, NULL, system, version, created_at
  FROM scope_map WHERE id = ?`
const OWNER = `
  UNION ALL SELECT 'user', id, name, email, display_name, pinned_organization_id, status, installation_administrator, version, created_at
  FROM user_account WHERE id = ?
  UNION ALL SELECT 'membership', organization_id, user_id, role, NULL, NULL, NULL, created_at, NULL, NULL
  FROM membership WHERE user_id = ?
  UNION ALL SELECT 'group', group_id, organization_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM group_membership WHERE user_id = ?
  UNION ALL SELECT 'group-permission', p.group_id, p.pattern, p.permission, p.label, NULL, NULL, NULL, NULL, NULL
  FROM group_permission p JOIN group_membership m ON m.group_id = p.group_id WHERE m.user_id = ?
  UNION ALL SELECT 'company-organization', o.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM organization o JOIN company_owner c ON c.company_id = o.company_id WHERE c.user_id = ?`

/** By what there is to ask for: where a parameter may be null, PostgreSQL plans the statement anew each time. */
const PARTS = {
  neither: RULES,
  map: RULES + SCOPE_MAP,
  owner: RULES + OWNER,
  both: RULES + SCOPE_MAP + OWNER,
} as const

type RuleRow = {
  readonly part: 'rule' | 'map-rule'
  readonly a: string
  readonly b: string
  readonly c: string
  readonly d: string
  readonly x: number
}
type MapRow = {
  readonly part: 'map'
  readonly a: ScopeMapId
  readonly b: OrganizationId
  readonly c: string
  readonly d: string
  readonly x: number
  readonly y: number
  readonly z: number
}
type UserRow = {
  readonly part: 'user'
  readonly a: UserId
  readonly b: AccountName
  readonly c: string | null
  readonly d: string
  readonly e: OrganizationId | null
  readonly f: 'active' | 'inactive'
  readonly x: number
  readonly y: number
  readonly z: number
}
type MembershipRow = {
  readonly part: 'membership'
  readonly a: OrganizationId
  readonly b: UserId
  readonly c: Role
  readonly x: number
}
type GroupRow = { readonly part: 'group'; readonly a: GroupId; readonly b: OrganizationId }
type GroupPermissionRow = {
  readonly part: 'group-permission'
  readonly a: GroupId
  readonly b: string
  readonly c: GroupPermission
  readonly d: string
}
type CompanyOrganizationRow = { readonly part: 'company-organization'; readonly a: OrganizationId }
type OwnerRow = UserRow | MembershipRow | GroupRow | GroupPermissionRow | CompanyOrganizationRow
type PartRow = RuleRow | MapRow | OwnerRow

export async function secretByHash(session: Session, hash: SecretHash): Promise<SecretRecord | undefined> {
  const [row] = await session.hot<SecretRow>(BY_HASH, hash)
  return row === undefined ? undefined : secretOf(row)
}

export async function fileById(session: Session, id: CredentialId): Promise<CredentialFile | undefined> {
  const [row] = await session.hot<CredentialRow>(BY_ID, id)
  return row === undefined ? undefined : completeFile(session, row)
}

async function completeFile(session: Session, row: CredentialRow): Promise<CredentialFile> {
  const parts = await partsOf(session, row)
  const scopeMap = parts.find((part) => part.part === 'map')
  return {
    credential: credentialOf(row),
    rules: rulesIn(parts, 'rule'),
    scopeMap:
      scopeMap === undefined
        ? undefined
        : { scopeMap: mapOfPart(scopeMap), rules: rulesIn(parts, 'map-rule') },
    owner: ownerIn(parts),
  }
}

function partsOf(
  session: Session,
  { id, scope_map_id: map, user_id: user }: CredentialRow,
): Promise<readonly PartRow[]> {
  if (map === null) {
    return user === null
      ? session.hot(PARTS.neither, id)
      : session.hot(PARTS.owner, id, user, user, user, user, user)
  }
  return user === null
    ? session.hot(PARTS.map, id, map, map)
    : session.hot(PARTS.both, id, map, map, user, user, user, user, user)
}

function rulesIn(parts: readonly PartRow[], which: RuleRow['part']): readonly RuleRecord[] {
  return parts
    .filter((part): part is RuleRow => part.part === which)
    .toSorted((one, other) => one.x - other.x)
    .map(({ a, b, c, d }) => ruleOf({ id: a, pattern: b, actions: c, label: d }))
}

function ownerIn(parts: readonly PartRow[]): CredentialOwner | undefined {
  const user = parts.find((part) => part.part === 'user')
  if (user === undefined) return undefined
  const groups = parts.filter((part) => part.part === 'group')
  return {
    user: userOfPart(user),
    memberships: parts
      .filter((part) => part.part === 'membership')
      .map(({ a, b, c, x }) => ({
        ...membershipOf({ organization_id: a, user_id: b, role: c, created_at: x }),
        groups: groups.filter((group) => group.b === a).map((group) => group.a),
      })),
    groups: parts
      .filter((part) => part.part === 'group-permission')
      .map(({ a, b, c, d }) => permissionOf({ group_id: a, pattern: b, permission: c, label: d })),
    companyOwnerOf: parts.filter((part) => part.part === 'company-organization').map(({ a }) => a),
  }
}

function mapOfPart({ a, b, c, d, x, y, z }: MapRow): ScopeMapRecord {
  return scopeMapOf({
    id: a,
    organization_id: b,
    name: c,
    description: d,
    system: x,
    version: y,
    created_at: z,
  })
}

function userOfPart({ a, b, c, d, e, f, x, y, z }: UserRow): UserRecord {
  return userOf({
    id: a,
    name: b,
    email: c,
    display_name: d,
    pinned_organization_id: e,
    status: f,
    installation_administrator: x,
    version: y,
    created_at: z,
  })
}
