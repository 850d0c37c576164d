import { dirname } from 'node:path'
import type { BlobKey } from '../../blobs/blob-key.ts'
import { createDirectoryDurably } from '@wharden/system'
import { migrateMetadataStore, type MetadataLocation } from '../open.ts'
import { FIND_MARK } from '../migration-plan.ts'
import { StoreError } from '../store-error.ts'
import { openConnection, type PortableConnection } from './connection.ts'
import { keysOf, placesFor } from './keys-of.ts'
import { PORTABLE_TABLES, selectRows, UNFINISHED } from './portable-tables.ts'
import type { Row, Value } from './row-line.ts'

/** What fills a table, within the one transaction that fills all. */
export type Filling = (table: string, columns: readonly string[], rows: readonly Row[]) => Promise<void>

/** A table's rows as they have arrived, in the order of its primary key. */
export type ReadBack = (table: string, columns: readonly string[]) => AsyncIterable<readonly Row[]>

/** How far an earlier attempt came: bytes may have arrived; or all rows too, and `content` says which these are. */
export type Progress =
  | { readonly type: 'begun'; /** By this very call. */ readonly fresh: boolean }
  | { readonly type: 'loaded'; readonly content: string }

/**
 * A database being filled, by this process alone. From `openTarget` to `finish` it carries a mark: no server starts on it,
 * and whoever fills it again goes on where the last attempt ended.
 */
export type Target = {
  readonly type: MetadataLocation['type']
  readonly progress: Progress
  /** Which of these bytes have arrived, under which key. */
  arrived(digests: readonly string[]): Promise<ReadonlyMap<string, BlobKey>>
  /** Bytes that have arrived, with their rows; durable when it resolves. */
  addBlobs(columns: readonly string[], rows: readonly (readonly [key: BlobKey, row: Row])[]): Promise<void>
  /**
   * All rows or none: durable when it resolves. `work` may read back what it filled, and says in the end what it all was:
   * any text that tells one content from another.
   */
  load(work: (fill: Filling, readBack: ReadBack) => Promise<string>): Promise<void>
  /** Brings the schema from that of the rows to this version's. */
  migrate(): Promise<readonly string[]>
  /** Takes the mark away. */
  finish(): Promise<void>
  close(): Promise<void>
}

/**
 * @param schema that of the rows to come: the database is brought to it, and not beyond
 * @throws StoreError `conflict` where something is there already, or somebody uses it; `migration`, `unavailable`
 */
export async function openTarget(location: MetadataLocation, schema: readonly string[]): Promise<Target> {
  await using stack = new AsyncDisposableStack()
  if (location.type === 'sqlite') {
    const { takeDirectory } = await import('../sqlite/open.ts')
    await createDirectoryDurably(dirname(location.file))
    const lock = await takeDirectory(location.file, Date.now())
    stack.defer(() => lock.close())
  }
  const last = schema.at(-1)
  const prepare = (until: string | undefined) => migrateMetadataStore(location, { type: 'fill', until })
  if (location.type === 'sqlite') await prepare(last)
  const connection = await openConnection(location, 'write')
  stack.defer(() => connection.close())
  const others = await connection.others()
  if (others !== undefined)
    throw new StoreError('conflict', `the database is in use by ${others}: stop what uses it first`)
  if (location.type === 'postgres') await prepare(last)
  const progress = await beginOrGoOn(connection, schema)
  const open = stack.move()
  return target(
    connection,
    progress,
    () => prepare(undefined),
    () => open.disposeAsync(),
  )
}

function target(
  connection: PortableConnection,
  progress: Progress,
  migrate: () => Promise<{ readonly applied: readonly string[] }>,
  close: () => Promise<void>,
): Target {
  const { query, insert } = connection
  return {
    type: connection.type,
    progress,
    arrived: (digests) => keysOf(connection, digests),
    addBlobs: (columns, rows) =>
      inTransaction(connection, () =>
        insert(
          'blob',
          [...columns, 'key'],
          // Should nothing link them in the end, the collector finds them by this time.
          rows.map(([key, row]) => [
            ...row.map((value, at) => (columns[at] === 'touched_at' ? Date.now() : value)),
            key,
          ]),
        ),
      ),
    load: (work) =>
      inTransaction(connection, async () => {
        await clearSeeds(connection)
        const content = await work(
          (table, columns, rows) =>
            table === 'blob' ? renewBlobs(connection, columns, rows) : insert(table, columns, rows),
          (table, columns) => connection.stream(selectRows(table, columns)),
        )
        for (const table of PORTABLE_TABLES.keys()) await connection.afterInserts(table)
        await mark(connection, { type: 'loaded', content })
      }),
    migrate: async () => (await migrate()).applied,
    finish: () =>
      inTransaction(connection, () =>
        query('DELETE FROM setting WHERE key = ?', [UNFINISHED]).then(() => {}),
      ),
    close,
  }
}

async function inTransaction(connection: PortableConnection, work: () => Promise<void>): Promise<void> {
  await connection.begin('write')
  try {
    await work()
    await connection.commit()
  } catch (cause) {
    // What broke it is what is told, also where nothing can be taken back any more.
    await connection.rollback().catch(() => {})
    throw cause
  }
}

async function beginOrGoOn(connection: PortableConnection, schema: readonly string[]): Promise<Progress> {
  const has = (await connection.query('SELECT name FROM migration ORDER BY name')).map(([name]) =>
    String(name),
  )
  const progress = readMark((await connection.query(FIND_MARK))[0]?.[0])
  if (progress?.type === 'loaded') return progress
  if (has.join() !== schema.join())
    throw new StoreError(
      'conflict',
      `the database is already at \`${has.at(-1)}\`, and what is to come at \`${schema.at(-1)}\`: give it an empty database`,
    )
  if (progress !== undefined) return { type: 'begun', fresh: false }
  const found = await contents(connection)
  if (found !== '')
    throw new StoreError(
      'conflict',
      `the target is not empty: it has ${found}; nothing was changed. Only an empty installation can be filled: choose another, or remove this one`,
    )
  const begun: Progress = { type: 'begun', fresh: true }
  await inTransaction(connection, () => mark(connection, begun))
  return begun
}

/** What migrations put there isn't counted. */
async function contents({ query, tables }: PortableConnection): Promise<string> {
  const there = new Set(await tables())
  const found: string[] = []
  for (const table of PORTABLE_TABLES.keys()) {
    if (!there.has(table)) continue
    const [row] = await query(`SELECT count(*) FROM ${table}${SEEDS[table] ?? ''}`)
    const count = Number(row?.[0])
    if (count > 0) found.push(`${count} in \`${table}\``)
  }
  return found.join(', ')
}

/** Rows that migrations make: the installation itself is a tenant. */
const SEEDS: { readonly [table: string]: string } = {
  organization: " WHERE id <> 'installation'",
  account_name: " WHERE name <> 'installation'",
}

async function clearSeeds({ query }: PortableConnection): Promise<void> {
  await query('DELETE FROM account_name')
  await query('DELETE FROM organization')
}

async function mark({ query }: PortableConnection, progress: Progress): Promise<void> {
  await query(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [UNFINISHED, JSON.stringify(progress)],
  )
}

/** Written by `mark`, and by nothing else. */
function readMark(value: Value | undefined): Progress | undefined {
  return typeof value === 'string' ? JSON.parse(value) : undefined
}

/** Their bytes came first, perhaps days before: what else the row says is as of the last moment. */
async function renewBlobs(
  connection: PortableConnection,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const place = columns.indexOf('digest')
  const digests = rows.map((row) => String(row[place]))
  const keys = await keysOf(connection, digests)
  const renewed = rows.map((row, index) => {
    const key = keys.get(digests[index] ?? '')
    if (key === undefined) throw new Error(`no bytes have arrived for \`${digests[index]}\``)
    return [...row, key]
  })
  await connection.query(`DELETE FROM blob WHERE digest IN (${placesFor(digests)})`, digests)
  await connection.insert('blob', [...columns, 'key'], renewed)
}
