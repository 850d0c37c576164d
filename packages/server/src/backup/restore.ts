import { join, resolve } from 'node:path'
import { createDirectoryDurably, createFileDurably, readIfThere } from '@wharden/system'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { metadataLocation } from '../metadata-location.ts'
import { openBlobs } from '../open-blobs.ts'
import { unseal, type SealKeys } from '../secrets/seal.ts'
import { openTarget } from '../stores/metadata/portable/target.ts'
import { writeAuthorities } from './authorities.ts'
import { SEAL_KEY } from './backup-directory.ts'
import { authorityPurpose, SEAL_PURPOSE } from './backup.ts'
import { directoryBlobs } from './blob-source.ts'
import { backupContent } from './content.ts'
import { CopyError } from './copy-error.ts'
import { explainFailure } from './explain-failure.ts'
import { fill, requireNoOtherBytes, type FillReport } from './fill.ts'
import { findSealKeys, requireSealKeys, sealKeyPath } from './find-seal-keys.ts'
import type { Manifest } from './manifest.ts'
import { openBackup, requireKnownSchema, verifyTables } from './open-backup.ts'
import type { Copying } from './progress.ts'
import { requireConfig, type Environment } from './settings.ts'

export type RestoreOptions = Copying & { readonly environment: Environment; readonly directory: string }

export type RestoreReport = FillReport & { readonly directory: string; readonly takenAt: string }

/**
 * Fills an empty installation with a backup. The server of these settings must not run.
 * @throws CopyError
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const interrupted =
    'interrupted: no server starts on what is there now; run it again, it goes on where it stopped'
  return explainFailure(options.signal, interrupted, () => load(options))
}

async function load(options: RestoreOptions): Promise<RestoreReport> {
  const config = requireConfig(options.environment, 'the settings')
  const directory = resolve(options.directory)
  const { manifest, digest, seal } = await openBackup(directory)
  await requireKnownSchema(manifest)
  const keys = await findSealKeys(config, join(directory, SEAL_KEY))
  requireSealKeys(keys, manifest.sealKeys, config)
  requireOurs(keys, digest, seal)
  await verifyTables(directory, manifest, options)

  await using stack = new AsyncDisposableStack()
  await createDirectoryDurably(config.dataDirectory)
  const target = await openTarget(metadataLocation(config), manifest.schema)
  stack.defer(() => target.close())
  const blobs = await openBlobs(config, createLog('silent'))
  stack.defer(() => blobs.close())
  const content = await backupContent(directory, manifest)
  const bytes = content.rows('blob')
  const route = { type: 'copy', source: directoryBlobs(directory), blobs } as const
  await requireNoOtherBytes(target, route)
  await restoreSecrets(config, directory, manifest, keys, options)
  const report = await fill({ content, bytes, target, route, copying: options })
  await target.finish()
  return { directory, takenAt: manifest.takenAt, ...report }
}

/** Only who has the seal key can have written or altered it. */
function requireOurs(keys: SealKeys, digest: string, seal: string): void {
  const opened = unseal(keys, SEAL_PURPOSE, seal)
  if (opened.type === 'ok' && opened.value.reveal().toString() === digest) return
  throw new CopyError('failed', 'the backup was altered by somebody who does not have its seal key')
}

/** Before all else: a server that is started too early would make a key of its own. */
async function restoreSecrets(
  config: Config,
  directory: string,
  { authorities }: Manifest,
  keys: SealKeys,
  { warn }: Copying,
): Promise<void> {
  const carried = await readIfThere(join(directory, SEAL_KEY))
  if (config.sealKey === undefined && carried !== undefined)
    await createFileDurably(sealKeyPath(config), carried, { mode: 0o600 })
  const opened: Record<string, string> = {}
  for (const [name, sealed] of Object.entries(authorities)) {
    const pem = unseal(keys, authorityPurpose(name), sealed)
    if (pem.type === 'error') throw new CopyError('failed', pem.error.message)
    opened[name] = pem.value.reveal().toString()
  }
  for (const name of await writeAuthorities(config, opened))
    warn(`the data directory has another certificate authority for \`${name}\` already: that one stays`)
}
