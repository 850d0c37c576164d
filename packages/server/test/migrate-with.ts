/** Migrates with one migration more than there is. Killed by `migration-plan.test.ts`. */
import { readMigrations, type Migration } from '../src/stores/metadata/migration-plan.ts'
import type { MetadataLocation } from '../src/stores/metadata/open.ts'
import { migratePostgres } from '../src/stores/metadata/postgres/migrate.ts'
import { migrateSqlite } from '../src/stores/metadata/sqlite/migrate.ts'

const { location, migration }: { location: MetadataLocation; migration: Migration } = JSON.parse(
  process.argv[2] ?? '',
)
const known = [...(await readMigrations(location.type)), migration]
process.stdout.write('beginning\n', () => {
  if (location.type === 'sqlite') migrateSqlite(location.file, Date.now, { type: 'start' }, known)
  else void migratePostgres(location.url, { type: 'start' }, known)
})
