/**
 * Migrations are frozen SQL, one folder per dialect, applied in the order of their numbers. What was applied is remembered with
 * its checksum; a database that holds another history than this program's files is refused, never guessed about.
 *
 * A migration *expands* unless its name ends in `.contract`: it only adds what a server of the version before can ignore (a
 * table, an index, a column that may be empty or has a default), so such a server goes on beside it, and may start on it.
 * One that *contracts* takes something away, and comes a release after the last version that used it. Nothing older may
 * run from then on: docs/guides/upgrade.md.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { UNFINISHED } from './portable/portable-tables.ts'
import type { Dialect } from './session.ts'
import { StoreError } from './store-error.ts'

export type Migration = { readonly name: string; readonly checksum: string; readonly sql: string }
export type AppliedMigration = { readonly name: string; readonly checksum: string }

/**
 * `check`: changes nothing, says what there is to do. `start`: a server of several, perhaps, is starting. `apply`: somebody
 * asked for it. `fill`: for rows of the schema `until`, in a database that is marked as being filled.
 */
export type MigrationPurpose =
  | { readonly type: 'check' | 'start' | 'apply' }
  | { readonly type: 'fill'; readonly until: string | undefined }

export type MigrationReport = {
  /** What this call applied. */
  readonly applied: readonly string[]
  /** What is still to be applied: nothing, unless it was only a check. */
  readonly pending: readonly string[]
}

export async function readMigrations(dialect: Dialect['type']): Promise<readonly Migration[]> {
  const folder = new URL(`./migrations/${dialect}/`, import.meta.url)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(files.map((file) => readMigration(new URL(file, folder), file)))
}

async function readMigration(url: URL, file: string): Promise<Migration> {
  const sql = await readFile(url, 'utf8')
  return {
    name: file.slice(0, -'.sql'.length),
    checksum: createHash('sha256').update(sql).digest('hex'),
    sql,
  }
}

/** Whether servers that don't know it must not run on a database that has had it. */
export function contracts({ name }: Pick<Migration, 'name'>): boolean {
  return name.endsWith('.contract')
}

/**
 * @returns what is still to be applied, in order: nothing on a newer database that this version may run on
 * @throws StoreError `migration`
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
  until?: string,
): readonly Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const file = known[index]
    if (file === undefined) {
      if (contracts({ name })) throw tooNew(name)
      continue
    }
    if (file.name !== name)
      throw refuse(
        `migration \`${name}\` was applied to it where \`${file.name}\` is expected`,
        'run the version of Wharden that made it',
      )
    if (file.checksum !== checksum)
      throw refuse(
        `migration \`${name}\` was changed after it had been applied`,
        'restore the file as it was released',
      )
  }
  const end = until === undefined ? known.length : known.findIndex(({ name }) => name === until) + 1
  if (end === 0) throw tooNew(until ?? '')
  return known.slice(applied.length, end)
}

function tooNew(name: string): StoreError {
  return refuse(
    `migration \`${name}\` was applied to it and is not known here`,
    "it is a newer version's: run the version of Wharden that made it, or a newer one",
  )
}

function refuse(what: string, next: string): StoreError {
  return new StoreError('migration', `the database's schema is not this version's: ${what}; ${next}`)
}

/** @throws StoreError `migration` where older servers may be running that couldn't go on. `inUse`: in words, by whom. */
export function requireNobodyOlder(
  pending: readonly Migration[],
  purpose: MigrationPurpose,
  inUse: string | undefined,
): void {
  const contracting = pending.find(contracts)
  if (contracting === undefined || purpose.type === 'check' || purpose.type === 'fill') return
  const what = `migration \`${contracting.name}\` takes away what servers of older versions need`
  if (purpose.type === 'start')
    throw refuse(what, 'stop all servers, run `wharden migrate`, then start the new version')
  if (inUse !== undefined) throw refuse(what, `stop them first: the database is in use by ${inUse}`)
}

/** What a restore that was cut short leaves behind must not be taken for an installation. `mark`: that of a database being filled. */
export function requireFinished(mark: unknown, purpose: MigrationPurpose): void {
  if (mark === undefined || purpose.type === 'fill') return
  throw new StoreError(
    'unavailable',
    'a restore or move into this database was begun and has not ended: run it again, it goes on where it stopped (or remove the database)',
  )
}

/** Finds that mark, in a database whose schema has a table for it. */
export const FIND_MARK = `SELECT value FROM setting WHERE key = '${UNFINISHED}'`
