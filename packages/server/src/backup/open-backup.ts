import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere } from '@wharden/system'
import { readMigrations } from '../stores/metadata/migration-plan.ts'
import { digestOfFile, MANIFEST, tablePath, damaged } from './backup-directory.ts'
import { CopyError } from './copy-error.ts'
import { parseManifest, type Manifest, type ReadManifest } from './manifest.ts'
import type { Copying } from './progress.ts'

/** Reads what a backup says of itself. @throws CopyError where there is none, or not a whole one */
export async function openBackup(directory: string): Promise<ReadManifest> {
  if (!(await stat(directory).catch(() => undefined))?.isDirectory())
    throw new CopyError('usage', `\`${directory}\` is not a directory`)
  const path = join(directory, MANIFEST)
  const text = await readIfThere(path)
  if (text === undefined)
    throw new CopyError(
      'failed',
      `there is no whole backup in \`${directory}\`: it has no ${MANIFEST}, which is written last`,
    )
  const read = parseManifest(text)
  if (read.type === 'error') throw new CopyError('failed', `\`${path}\` can't be used: ${read.error}`)
  return read.value
}

/** @throws CopyError where its rows are of a schema that this version doesn't have */
export async function requireKnownSchema({ schema, version }: Manifest): Promise<void> {
  const known = (await readMigrations('sqlite')).map(({ name }) => name)
  const unknown = schema.find((name, index) => known[index] !== name)
  if (unknown !== undefined)
    throw new CopyError(
      'failed',
      `the backup's schema is newer than this version's: it has \`${unknown}\`; restore it with Wharden ${version}, which took it, or a newer version`,
    )
}

/** @throws CopyError naming the first table whose file isn't what was written */
export async function verifyTables(
  directory: string,
  { metadata, tables }: Manifest,
  { progress, signal }: Copying,
): Promise<void> {
  for (const { name, rows, digest } of tables) {
    progress({ type: 'rows', act: 'verifying', table: name, rows })
    const path = tablePath(directory, metadata, name)
    if ((await digestOfFile(path, signal)) !== digest) throw damaged(path)
  }
}
