import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createDirectoryDurably, lockDirectory, readIfThere, writeFileDurably } from '@wharden/system'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { metadataLocation } from '../metadata-location.ts'
import { openBlobs } from '../open-blobs.ts'
import { seal, type SealKeys } from '../secrets/seal.ts'
import { openSnapshot } from '../stores/metadata/portable/snapshot.ts'
import { readAuthorities } from './authorities.ts'
import { MANIFEST, readRows, SEAL_KEY, tablePath } from './backup-directory.ts'
import { installationBlobs } from './blob-source.ts'
import { CopyError } from './copy-error.ts'
import { explainFailure } from './explain-failure.ts'
import { findSealKeys, requireSealKeys, sealKeyPath } from './find-seal-keys.ts'
import { FORMAT, formatManifest, manifestDigest, parseManifest, type Manifest } from './manifest.ts'
import type { Copying } from './progress.ts'
import { saveBlobs } from './save-blobs.ts'
import { saveSnapshot } from './save-snapshot.ts'
import { requireConfig, type Environment } from './settings.ts'
import { sweepBackup } from './sweep-backup.ts'

export type BackupOptions = Copying & {
  readonly environment: Environment
  readonly directory: string
  /** Of this program. */
  readonly version: string
  /** Whether to put the seal key beside the rest: then the backup alone is as good as the server. */
  readonly withSealKey: boolean
}

export type BackupReport = {
  readonly directory: string
  readonly takenAt: string
  readonly rows: number
  readonly blobs: {
    readonly count: number
    readonly bytes: number
    readonly copied: number
    readonly copiedBytes: number
  }
  /** Blobs of an earlier backup here that nothing links any more. */
  readonly removed: number
  readonly audit: Manifest['audit']
  /** Those a restore will ask for. */
  readonly sealKeys: readonly string[]
  readonly sealKeyIncluded: boolean
}

/** What the seal of a manifest is bound to. */
export const SEAL_PURPOSE = 'backup'

export function authorityPurpose(name: string): string {
  return `backup-authority:${name}`
}

/**
 * Takes a backup beside a running server: everything that was acknowledged when it began is in it.
 * @throws CopyError
 */
export async function backup(options: BackupOptions): Promise<BackupReport> {
  const interrupted =
    'interrupted: what the directory held before is still a whole backup; run it again to go on'
  return explainFailure(options.signal, interrupted, () => take(options))
}

async function take(options: BackupOptions): Promise<BackupReport> {
  const config = requireConfig(options.environment, 'the settings')
  const directory = resolve(options.directory)
  await using stack = new AsyncDisposableStack()
  await createDirectoryDurably(directory)
  const lock = await lockDirectory(directory, Date.now())
  if (lock.type === 'error') throw new CopyError('conflict', lock.error.message)
  stack.defer(() => lock.value.close())
  const snapshot = await openSnapshot(metadataLocation(config))
  stack.defer(() => snapshot.close())
  const takenAt = new Date().toISOString()
  await requireSameInstallation(directory, snapshot.installation)

  const saved = await saveSnapshot(snapshot, directory, folderFor(takenAt), options)
  await snapshot.end()
  const keys = await findSealKeys(config)
  requireSealKeys(keys, saved.sealKeys, config)
  for (const sentence of saved.audit.broken) options.warn(sentence)

  const blobs = await openBlobs(config, createLog('silent'))
  stack.defer(() => blobs.close())
  const columns = snapshot.tables.get('blob') ?? []
  const rows = () => readRows(tablePath(directory, saved.metadata, 'blob'), columns.length)
  const copied = await saveBlobs(columns, rows(), directory, installationBlobs(snapshot, blobs), options)

  if (options.withSealKey) await saveSealKey(config, directory)
  options.signal.throwIfAborted()
  const manifest: Manifest = {
    product: 'wharden',
    format: FORMAT,
    version: options.version,
    takenAt,
    ...saved,
    authorities: await sealedAuthorities(config, keys),
  }
  const text = formatManifest(manifest, seal(keys, SEAL_PURPOSE, Buffer.from(manifestDigest(manifest))))
  // With this name the backup is whole.
  await writeFileDurably(join(directory, MANIFEST), text, { mode: 0o600 })
  const removed = await sweepBackup(directory, saved.metadata, columns, rows())
  return {
    directory,
    takenAt,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    blobs: { ...saved.blobs, ...copied },
    removed,
    audit: saved.audit,
    sealKeys: saved.sealKeys,
    sealKeyIncluded: options.withSealKey,
  }
}

/** A new one each time: what the manifest names is never written to. */
function folderFor(takenAt: string): string {
  return `metadata/${takenAt.replaceAll(/[-:.]/g, '').toLowerCase()}-${randomBytes(3).toString('hex')}`
}

async function requireSameInstallation(directory: string, installation: string): Promise<void> {
  const text = await readIfThere(join(directory, MANIFEST))
  if (text === undefined) return
  const there = parseManifest(text)
  if (there.type === 'ok' && there.value.manifest.installation === installation) return
  throw new CopyError(
    'conflict',
    there.type === 'ok'
      ? `\`${directory}\` holds the backup of another installation: choose another directory`
      : `\`${join(directory, MANIFEST)}\` can't be read (${there.error}): choose another directory, or remove that one`,
  )
}

async function saveSealKey(config: Config, directory: string): Promise<void> {
  const key = config.sealKey ?? (await readFile(sealKeyPath(config), 'utf8')).trim()
  await writeFileDurably(join(directory, SEAL_KEY), `${key}\n`, { mode: 0o600 })
}

async function sealedAuthorities(config: Config, keys: SealKeys): Promise<Manifest['authorities']> {
  const found = Object.entries(await readAuthorities(config))
  return Object.fromEntries(
    found.map(([name, pem]) => [name, seal(keys, authorityPurpose(name), Buffer.from(pem))]),
  )
}
