/**
 * Migrations are frozen SQL, one folder per dialect, applied in the order of their numbers. What was applied is remembered with
 * its checksum; a database that holds another history than this program's files is refused, never guessed about.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Dialect } from './session.ts'
import { StoreError } from './store-error.ts'

export type Migration = { readonly name: string; readonly checksum: string; readonly sql: string }
export type AppliedMigration = { readonly name: string; readonly checksum: string }

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

/**
 * @returns what is still to be applied, in order
 * @throws StoreError `migration`
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const file = known[index]
    if (file === undefined)
      throw refuse(
        `migration \`${name}\` was applied to it and is not known here`,
        'run the version of Wharden that made it, or a newer one',
      )
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
  return known.slice(applied.length)
}

function refuse(what: string, next: string): StoreError {
  return new StoreError('migration', `the database's schema is not this version's: ${what}; ${next}`)
}
