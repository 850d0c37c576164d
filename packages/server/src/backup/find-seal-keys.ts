import { join } from 'node:path'
import { readIfThere } from '@wharden/system'
import type { Config } from '../config.ts'
import { loadSealKeys } from '../secrets/seal-keys.ts'
import type { SealKeys } from '../secrets/seal.ts'
import { CopyError } from './copy-error.ts'

export function sealKeyPath(config: Pick<Config, 'dataDirectory'>): string {
  return join(config.dataDirectory, 'seal.key')
}

/** The keys this configuration has; never makes one, as a server's first start does. @throws CopyError for one that is none */
export async function findSealKeys(config: Config, otherwise?: string): Promise<SealKeys | undefined> {
  const own = sealKeyPath(config)
  const path = otherwise !== undefined && (await readIfThere(own)) === undefined ? otherwise : own
  if (config.sealKey === undefined && (await readIfThere(path)) === undefined) return undefined
  const keys = await loadSealKeys({ path, configured: config.sealKey, previous: config.previousSealKey })
  if (keys.type === 'error') throw new CopyError('failed', keys.error)
  return keys.value
}

/** @throws CopyError unless these keys open what those sealed. `ids`: of the keys it was sealed by */
export function requireSealKeys(
  keys: SealKeys | undefined,
  ids: readonly string[],
  config: Config,
): asserts keys is SealKeys {
  const known = [keys?.current.id, keys?.previous?.id]
  const missing = ids.filter((id) => !known.includes(id))
  if (keys !== undefined && missing.length === 0) return
  const has = keys === undefined ? 'there is none here' : `the one here is \`${keys.current.id}\``
  throw new CopyError(
    'failed',
    `the signing keys are sealed by the seal key ${missing.map((id) => `\`${id}\``).join(' and ')}, and ${has}: ` +
      `put the installation's own into \`${sealKeyPath(config)}\` (mode 0600) or WHARDEN_SEAL_KEY, and try again`,
  )
}
