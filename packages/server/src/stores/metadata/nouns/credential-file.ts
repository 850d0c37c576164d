/**
 * Everything about a credential, by a secret of it or by its id: what a login that isn't in memory costs. One prepared statement,
 * and one more for a registry token's passwords, or for all that hangs on the person behind it, as rows of one shape (`part` says
 * what a row is). Of a scope map only the version is told: thousands of credentials may share it, and its rules are known once.
 */
import type {
  AccountName,
  CredentialId,
  GroupId,
  GroupPermission,
  OrganizationId,
  Role,
  UserId,
} from '@wharden/policy'
import type { UserRecord } from '../port/accounts.ts'
import type {
  CredentialFile,
  CredentialOwner,
  RuleRecord,
  SecretFile,
  SecretHash,
  SecretRecord,
  SecretSlot,
} from '../port/credentials.ts'
import type { Session } from '../session.ts'
import { credentialOf, secretOf, type CredentialRow } from './credential-row.ts'
import { permissionOf } from './groups.ts'
import { membershipOf } from './memberships.ts'
import { ruleOf } from './rules.ts'
import { userOf } from './users.ts'

const BY_HASH = 'SELECT credential_id, slot, created_at, expires_at FROM credential_secret WHERE hash = ?'

/** The credential as often as it has rules. `CROSS` holds SQLite to the order: the other has it read every credential there is. */
const fileFrom = (columns: string, from: string, where: string) =>
  `SELECT c.*, r.id AS rule_id, r.pattern AS rule_pattern, r.actions AS rule_actions, r.label AS rule_label, r.position AS rule_position,
    m.version AS map_version${columns}
  FROM ${from} LEFT JOIN scope_map m ON m.id = c.scope_map_id LEFT JOIN permission_rule r ON r.credential_id = c.id WHERE ${where}`

const BY_ID = fileFrom('', 'credential c', 'c.id = ?')

const BY_SECRET = fileFrom(
  ', s.slot AS secret_slot, s.created_at AS secret_created_at, s.expires_at AS secret_expires_at',
  'credential_secret s CROSS JOIN credential c',
  's.hash = ? AND c.id = s.credential_id',
)

const PASSWORDS = 'SELECT hash, expires_at FROM credential_secret WHERE credential_id = ?'

// One column carries ids and names, so PostgreSQL must be told the types that SQLite doesn't care for.
const OWNER = `SELECT 'user' AS part, id AS a, name AS b, email AS c, display_name AS d, pinned_organization_id AS e, status AS f,
    installation_administrator AS x, version AS y, created_at AS z
  FROM user_account WHERE id = ?
  UNION ALL SELECT 'membership', organization_id, user_id, role, NULL, NULL, NULL, created_at, NULL, NULL
  FROM membership WHERE user_id = ?
  UNION ALL SELECT 'group', group_id, organization_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM group_membership WHERE user_id = ?
  UNION ALL SELECT 'group-permission', p.group_id, p.pattern, p.permission, p.label, NULL, NULL, NULL, NULL, NULL
  FROM group_permission p JOIN group_membership m ON m.group_id = p.group_id WHERE m.user_id = ?
  UNION ALL SELECT 'company-organization', o.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM organization o JOIN company_owner c ON c.company_id = o.company_id WHERE c.user_id = ?
  UNION ALL SELECT 'bar', organization_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM credential_bar WHERE credential_id = ?`

type FileRow = CredentialRow & {
  readonly rule_id: string | null
  readonly rule_pattern: string
  readonly rule_actions: string
  readonly rule_label: string
  readonly rule_position: number
  readonly map_version: number | null
}
type SecretRow = FileRow & {
  readonly secret_slot: SecretSlot
  readonly secret_created_at: number
  readonly secret_expires_at: number | null
}
type PasswordRow = { readonly hash: Uint8Array; readonly expires_at: number | null }
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
type BarRow = { readonly part: 'bar'; readonly a: OrganizationId }
type OwnerRow = UserRow | MembershipRow | GroupRow | GroupPermissionRow | CompanyOrganizationRow | BarRow

export async function secretByHash(session: Session, hash: SecretHash): Promise<SecretRecord | undefined> {
  const [row] = await session.hot<Parameters<typeof secretOf>[0]>(BY_HASH, hash)
  return row === undefined ? undefined : secretOf(row)
}

export async function fileBySecret(session: Session, hash: SecretHash): Promise<SecretFile | undefined> {
  const rows = await session.hot<SecretRow>(BY_SECRET, hash)
  const [row] = rows
  if (row === undefined) return undefined
  const { id, secret_slot: slot, secret_created_at: created_at, secret_expires_at: expires_at } = row
  const secret = secretOf({ credential_id: id, slot, created_at, expires_at })
  return { secret, file: await completeFile(session, row, rows) }
}

export async function fileById(session: Session, id: CredentialId): Promise<CredentialFile | undefined> {
  const rows = await session.hot<FileRow>(BY_ID, id)
  const [row] = rows
  return row === undefined ? undefined : completeFile(session, row, rows)
}

async function completeFile(
  session: Session,
  row: FileRow,
  rows: readonly FileRow[],
): Promise<CredentialFile> {
  const { id, scope_map_id: map, map_version: version, user_id: user } = row
  const parts = user === null ? [] : await session.hot<OwnerRow>(OWNER, user, user, user, user, user, id)
  return {
    credential: credentialOf(row),
    rules: rulesIn(rows),
    scopeMap: map === null || version === null ? undefined : { id: map, version },
    passwords: row.kind === 'registry-token' ? await passwordsOf(session, id) : [],
    owner: ownerIn(parts),
    barredBy: parts.filter((part) => part.part === 'bar').map(({ a }) => a),
  }
}

async function passwordsOf(session: Session, id: CredentialId): Promise<CredentialFile['passwords']> {
  const rows = await session.hot<PasswordRow>(PASSWORDS, id)
  return rows.map(({ hash, expires_at: expiresAt }) => ({ hash, expiresAt: expiresAt ?? undefined }))
}

function rulesIn(rows: readonly FileRow[]): readonly RuleRecord[] {
  return rows
    .toSorted((one, other) => one.rule_position - other.rule_position)
    .flatMap(({ rule_id: id, rule_pattern: pattern, rule_actions: actions, rule_label: label }) =>
      id === null ? [] : [ruleOf({ id, pattern, actions, label })],
    )
}

function ownerIn(parts: readonly OwnerRow[]): CredentialOwner | undefined {
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
