import { join } from 'node:path'
import type { Config } from './config.ts'
import type { MetadataLocation } from './stores/metadata/open.ts'

/** Where the configuration says the metadata is kept. */
export function metadataLocation({ databaseUrl, dataDirectory }: Config): MetadataLocation {
  return databaseUrl === undefined
    ? { type: 'sqlite', file: join(dataDirectory, 'wharden.db') }
    : { type: 'postgres', url: databaseUrl }
}
