/**
 * Taking everything out of one database and into another, of either kind: for backups, and for moving house.
 *
 *   portable-tables   which tables go along, in what order, and which stay behind
 *   row-line          a row as a line of text, the same from either database
 *   connection        what of SQLite and PostgreSQL is needed for it, and no more
 *   snapshot          everything as of one moment, read in batches
 *   target            an empty database that takes it, all or nothing
 *
 * Rows go as the database holds them, by the columns they have there: what is copied is never made to fit this version's
 * idea of it. What an older version wrote is loaded into an older schema, and migrated from there like any other.
 */
import type { Tables } from '../tables.ts'

export type PortableTable = {
  /** Its primary key: the order of its rows, the same in both databases, which compare by bytes. */
  readonly order: readonly string[]
  /** Columns that mean something in their own installation only. */
  readonly without?: readonly string[]
  /** Which rows; all if not given. */
  readonly where?: string
  /** The column that holds what the seal key sealed, among other things perhaps. */
  readonly sealed?: string
}

/** The setting that stands in a database while it is being filled. No server starts on it. */
export const UNFINISHED = 'unfinished-restore'

/**
 * Every table there is: how it goes along, or why it doesn't. A table's references stand before it: so it can be loaded
 * row by row with its foreign keys watched.
 */
const TABLES: { readonly [Name in keyof Tables]: PortableTable | 'stays' } = {
  company: { order: ['id'] },
  organization: { order: ['id'] },
  user_account: { order: ['id'] },
  company_owner: { order: ['company_id', 'user_id'] },
  account_name: { order: ['name'] },
  membership: { order: ['organization_id', 'user_id'] },
  member_group: { order: ['id'] },
  group_membership: { order: ['group_id', 'user_id'] },
  group_permission: { order: ['id'] },
  invite: { order: ['id'] },
  invite_link: { order: ['hash'] },
  repository: { order: ['id'] },
  scope_map: { order: ['id'] },
  credential: { order: ['id'] },
  credential_secret: { order: ['hash'] },
  permission_rule: { order: ['id'] },
  credential_bar: { order: ['organization_id', 'credential_id'] },
  pull_count: { order: ['subject'] },
  // What nothing links is on its way out, and a key is never used twice: bytes get a new one wherever they go.
  blob: {
    order: ['digest'],
    without: ['key'],
    where: 'EXISTS (SELECT 1 FROM blob_link WHERE blob_link.digest = blob.digest)',
  },
  blob_link: { order: ['repository_id', 'digest'] },
  manifest: { order: ['repository_id', 'digest'] },
  manifest_reference: { order: ['repository_id', 'manifest_digest', 'kind', 'child_digest'] },
  tag: { order: ['repository_id', 'name'] },
  organization_policy: { order: ['organization_id', 'kind'] },
  guarded_registry: { order: ['service'] },
  signing_key: { order: ['id'], sealed: 'sealed_private_key' },
  setting: { order: ['key'], sealed: 'value', where: `key <> '${UNFINISHED}'` },
  audit_event: { order: ['tenant_id', 'sequence'] },
  activity_batch: { order: ['id'] },
  activity: { order: ['id'] },
  refusal: { order: ['id'] },
  // Half-sent bytes: their client sends them again, as after any server's end.
  upload: 'stays',
  // Keys of this blob store that are about to be deleted.
  discarded_key: 'stays',
  // Good for a day, and once: one that was used after the backup must not come to life again.
  setup_link: 'stays',
  // Of processes that run now.
  job_lease: 'stays',
  change: 'stays',
}

/** What goes along, in the order it is loaded. */
export const PORTABLE_TABLES: ReadonlyMap<string, PortableTable> = new Map(
  Object.entries(TABLES).flatMap(([name, table]) => (table === 'stays' ? [] : [[name, table] as const])),
)

/** Every table this version knows. */
export const KNOWN_TABLES: ReadonlySet<string> = new Set([...Object.keys(TABLES), 'migration'])

/** The statement that reads what of a table goes along. */
export function selectRows(table: string, columns: readonly string[]): string {
  const order = PORTABLE_TABLES.get(table)?.order ?? []
  return `SELECT ${columns.join(', ')} ${fromChosen(table)} ORDER BY ${order.join(', ')}`
}

export function fromChosen(table: string): string {
  const where = PORTABLE_TABLES.get(table)?.where
  return where === undefined ? `FROM ${table}` : `FROM ${table} WHERE ${where}`
}
