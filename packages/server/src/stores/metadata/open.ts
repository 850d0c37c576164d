import { readMigrations, type MigrationPurpose, type MigrationReport } from './migration-plan.ts'
import type { MetadataStore } from './port.ts'
import { createStore, type Driver } from './store.ts'

export type MetadataLocation =
  | { readonly type: 'sqlite'; readonly file: string }
  | {
      readonly type: 'postgres'
      readonly url: string
      /** At most; ten if not given. One more is used to hear of changes. */
      readonly connections?: number | undefined
    }

export type OpenOptions = {
  /** Milliseconds since 1970; the system's clock if not given. */
  readonly now?: (() => number) | undefined
  /** Told of what mends itself: lost connections, retries. Never of secrets. */
  readonly log?: ((level: 'info' | 'warn' | 'error', message: string, cause?: unknown) => void) | undefined
  /** `check`: refuses a schema that isn't up to date instead of bringing it up to date. */
  readonly migrate?: 'apply' | 'check' | undefined
  /** A transaction whose owner has nothing to say for so many milliseconds is rolled back; ten seconds if not given. */
  readonly patience?: number | undefined
}

export type OpenContext = { readonly [Key in keyof OpenOptions]-?: NonNullable<OpenOptions[Key]> }

/**
 * Opens the store, its schema brought up to date.
 * @throws StoreError `migration` if the schema isn't ours, `unavailable` if the file is another process's or the server is down
 */
export async function openMetadataStore(
  location: MetadataLocation,
  options: OpenOptions = {},
): Promise<MetadataStore> {
  const context = {
    now: Date.now,
    log: () => undefined,
    migrate: 'apply',
    patience: 10_000,
    ...defined(options),
  } as const
  return createStore(await openDriver(location, context), context.now)
}

/** Brings the schema up to date, or only says what that would take. `fill` by whoever holds the data directory already. */
export async function migrateMetadataStore(
  location: MetadataLocation,
  purpose: MigrationPurpose,
): Promise<MigrationReport> {
  const known = await readMigrations(location.type)
  if (location.type === 'postgres') {
    const { migratePostgres } = await import('./postgres/migrate.ts')
    return migratePostgres(location.url, purpose, known)
  }
  const { migrateSqlite } = await import('./sqlite/migrate.ts')
  if (purpose.type === 'fill') return migrateSqlite(location.file, Date.now, purpose, known)
  const { takeDirectory } = await import('./sqlite/open.ts')
  const lock = await takeDirectory(location.file, Date.now())
  try {
    return migrateSqlite(location.file, Date.now, purpose, known)
  } finally {
    await lock.close()
  }
}

/** Each by dynamic import: whoever uses one never loads the other. */
async function openDriver(location: MetadataLocation, context: OpenContext): Promise<Driver> {
  if (location.type === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts')
    return openSqlite(location.file, context)
  }
  const { openPostgres } = await import('./postgres/open.ts')
  return openPostgres(location, context)
}

function defined(options: OpenOptions): Partial<OpenContext> {
  return {
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(options.migrate === undefined ? {} : { migrate: options.migrate }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  }
}
