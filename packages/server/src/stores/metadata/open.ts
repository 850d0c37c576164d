import type { MetadataStore } from './port.ts'

export type MetadataLocation =
  | { readonly type: 'sqlite'; readonly file: string }
  | { readonly type: 'postgres'; readonly url: string; readonly connections?: number }

export type OpenOptions = {
  /** Milliseconds since 1970; the system's clock if not given. */
  readonly now?: () => number
  /** Told of what mends itself: lost connections, retries. Never of secrets. */
  readonly log?: (level: 'info' | 'warn' | 'error', message: string, cause?: unknown) => void
}

/**
 * Opens the store, its schema brought up to date.
 * @throws StoreError `migration` if the schema isn't ours, `unavailable` if the file is another process's or the server is down
 */
export async function openMetadataStore(
  _location: MetadataLocation,
  _options: OpenOptions = {},
): Promise<MetadataStore> {
  throw new Error('being written')
}
