/** Where things of this checkout are. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** Whether a skip is a failure: set by every build server. */
export const IN_CI = process.env['CI'] === 'true'

/** @returns the path of a tool that `npm ci` installs, or `undefined` where it isn't there */
export function installedTool(name: string): string | undefined {
  const path = join(ROOT, 'node_modules/.bin', name)
  return existsSync(path) ? path : undefined
}
