import { hash } from 'node:crypto'
import type { Digest } from '@wharden/oci'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { MetadataLocation } from '../open.ts'
import { StoreError } from '../store-error.ts'
import { openConnection, type PortableConnection } from './connection.ts'
import { keysOf } from './keys-of.ts'
import { fromChosen, KNOWN_TABLES, PORTABLE_TABLES, selectRows } from './portable-tables.ts'
import type { Row } from './row-line.ts'

/** Everything that goes along, as of one moment; a running server isn't held up by it. */
export type Snapshot = {
  /** The migrations the database has had, in order. */
  readonly schema: readonly string[]
  /** Tells installations apart, by when they were made; stays the same through backup, restore and move. Hex. */
  readonly installation: string
  /** Those that go along, in the order to load them, each with its columns by name. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  /** In the order of the primary key. */
  rows(table: string): AsyncIterable<readonly Row[]>
  count(table: string): Promise<number>
  /** Ends the moment: `rows` and `count` can't be asked any more. What follows is answered as of now. */
  end(): Promise<void>
  /** The rows of `blob` as they are now, read little by little, so that nothing is held up however long that takes. */
  blobsNow(): AsyncIterable<readonly Row[]>
  /** Where bytes are now; a digest that isn't in the answer has been collected. */
  keysOf(digests: readonly string[]): Promise<ReadonlyMap<string, BlobKey>>
  /** The full name of a repository that links a blob. */
  repositoryOf(digest: Digest): Promise<string | undefined>
  /** Running servers, in words, where they can be told; then it is no time to move. */
  others(): Promise<string | undefined>
  close(): Promise<void>
}

/** @throws StoreError `unavailable`; `migration` where there is nothing, or tables that this version doesn't know */
export async function openSnapshot(location: MetadataLocation): Promise<Snapshot> {
  const connection = await openConnection(location, 'read')
  try {
    await connection.begin('snapshot')
    return await take(connection)
  } catch (cause) {
    await connection.close()
    throw cause
  }
}

async function take(connection: PortableConnection): Promise<Snapshot> {
  const { query } = connection
  const tables = await portableTables(connection)
  const schema = await query('SELECT name FROM migration ORDER BY name')
  const birth = await query("SELECT created_at FROM organization WHERE id = 'installation'")
  return {
    schema: schema.map(textOf),
    installation: hash('sha256', `wharden installation\0${birth.map(textOf).join()}`).slice(0, 32),
    tables,
    rows: (table) => connection.stream(selectRows(table, tables.get(table) ?? [])),
    count: async (table) => Number((await query(`SELECT count(*) ${fromChosen(table)}`))[0]?.[0]),
    end: connection.commit,
    blobsNow: () => blobsNow(connection, tables.get('blob') ?? []),
    keysOf: (digests) => keysOf(connection, digests),
    async repositoryOf(digest) {
      const [row] = await query(
        'SELECT full_name FROM repository WHERE id = (SELECT min(repository_id) FROM blob_link WHERE digest = ?)',
        [digest],
      )
      return row && textOf(row)
    },
    others: connection.others,
    close: connection.close,
  }
}

async function portableTables(
  connection: PortableConnection,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const there = new Set(await connection.tables())
  if (!there.has('migration') || !there.has('organization'))
    throw new StoreError(
      'migration',
      'there is nothing of Wharden in this database: WHARDEN_DATA or WHARDEN_DATABASE_URL say which it is',
    )
  const unknown = [...there].find((table) => !KNOWN_TABLES.has(table))
  if (unknown !== undefined)
    throw new StoreError(
      'migration',
      `the database has a table \`${unknown}\`, which this version doesn't know and would leave behind: use the version of Wharden that made it, or a newer one`,
    )
  const tables = new Map<string, readonly string[]>()
  for (const [table, { without = [] }] of PORTABLE_TABLES) {
    if (!there.has(table)) continue // an older schema
    tables.set(
      table,
      (await connection.columns(table)).filter((column) => !without.includes(column)),
    )
  }
  return tables
}

const PAGE = 500

async function* blobsNow(
  { query }: PortableConnection,
  columns: readonly string[],
): AsyncGenerator<readonly Row[]> {
  const place = columns.indexOf('digest')
  for (let after = ''; ;) {
    const page = await query(
      `SELECT ${columns.join(', ')} ${fromChosen('blob')} AND digest > ? ORDER BY digest LIMIT ${PAGE}`,
      [after],
    )
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    after = String(page.at(-1)?.[place])
  }
}

function textOf([value]: Row): string {
  return String(value)
}
