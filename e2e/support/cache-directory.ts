import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where tests keep what takes minutes to make, outside of any checkout. */
export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'wharden-tests')
}
