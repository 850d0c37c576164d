import { mkdir } from 'node:fs/promises'
import { readConfig } from './config.ts'
import { metadataLocation } from './metadata-location.ts'
import { migrateMetadataStore } from './stores/metadata/open.ts'
import { StoreError } from './stores/metadata/store-error.ts'

export type MigrateOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
  /** Change nothing, only say what there is to do. */
  readonly check: boolean
}

/**
 * Brings the configured database up to date, or says what that would take.
 * @returns the exit code: 0 when it is up to date, 1 when there is something to do (`check`) or it couldn't be done, 2 for wrong settings
 */
export async function migrate({ environment, print, check }: MigrateOptions): Promise<number> {
  const config = readConfig(environment)
  if (config.type === 'error') {
    print(config.error.join('\n'))
    return 2
  }
  try {
    await mkdir(config.value.dataDirectory, { recursive: true, mode: 0o700 })
    const { applied, pending } = await migrateMetadataStore(metadataLocation(config.value), {
      type: check ? 'check' : 'apply',
    })
    const names = (check ? pending : applied).map((name) => `  ${name}`)
    if (names.length === 0) print('the database is up to date')
    else print([check ? 'to be applied:' : 'applied:', ...names].join('\n'))
    return check && pending.length > 0 ? 1 : 0
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause
    print(`the database can not be brought up to date: ${cause.message}`)
    return 1
  }
}
