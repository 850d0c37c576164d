import { DatabaseSync } from 'node:sqlite'

/**
 * Every row of an SQLite database, as text, to tell whether anything was touched. Not what watching leaves behind: refusals,
 * activity, the feed of changes, and when a credential was used last.
 * @returns lines of `table {row}`
 */
export function databaseRows(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !WATCHING.includes(name))
    return tables.flatMap((name) =>
      database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => `${name} ${textOf(row)}`)
        .sort(),
    )
  } finally {
    database.close()
  }
}

const WATCHING = ['refusal', 'activity', 'activity_batch', 'change', 'job_lease', 'pull_count']

function textOf(row: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(row).filter(([name]) => !name.startsWith('last_used'))
  return JSON.stringify(
    Object.fromEntries(
      fields.map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      ]),
    ),
  )
}
