import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { MetadataLocation } from '../src/stores/metadata/open.ts'

const STATEMENT = 'UPDATE job_lease SET held_until = 0'

/** What is true of a dead leader's lease after half a minute, at once. Nobody may have a SQLite file open. */
export async function endLeases(location: MetadataLocation): Promise<void> {
  if (location.type === 'sqlite') {
    const database = new DatabaseSync(location.file)
    database.exec(STATEMENT)
    return database.close()
  }
  const client = new pg.Client({ connectionString: location.url })
  await client.connect()
  await client.query(STATEMENT)
  await client.end()
}
