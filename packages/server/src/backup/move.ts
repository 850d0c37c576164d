import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { createDirectoryDurably, createFileDurably, lockDirectory } from '@wharden/system'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { metadataLocation } from '../metadata-location.ts'
import { openBlobs } from '../open-blobs.ts'
import type { SealKeys } from '../secrets/seal.ts'
import { openSnapshot, type Snapshot } from '../stores/metadata/portable/snapshot.ts'
import { openTarget } from '../stores/metadata/portable/target.ts'
import { readAuthorities, writeAuthorities } from './authorities.ts'
import { installationBlobs } from './blob-source.ts'
import { snapshotContent } from './content.ts'
import { CopyError } from './copy-error.ts'
import { explainFailure } from './explain-failure.ts'
import { fill, requireNoOtherBytes, type FillReport } from './fill.ts'
import { findSealKeys, requireSealKeys, sealKeyPath } from './find-seal-keys.ts'
import { haveSameBlobs } from './have-same-blobs.ts'
import { pourBlobs, type BlobRoute, type Poured } from './pour-blobs.ts'
import type { Copying } from './progress.ts'
import { collectSealKeys } from './sealed-rows.ts'
import { requireConfig, type Environment } from './settings.ts'

export type MoveOptions = Copying & {
  /** The installation as it is. */
  readonly environment: Environment
  /** A file of `NAME=VALUE` lines: the settings of the server as it is to be. */
  readonly to: string
}

export type PrepareReport = { readonly blobs: Poured }

const INTERRUPTED =
  'interrupted: the source is as it was, and no server starts on the target; run it again to go on'

/**
 * Moves an installation to another database, another blob store, or both. The source is only read.
 * @throws CopyError
 */
export async function move(options: MoveOptions): Promise<FillReport> {
  return explainFailure(options.signal, INTERRUPTED, async () => {
    await using stack = new AsyncDisposableStack()
    const { from, into, source, destination } = await readPlaces(options)
    if (source.type === 'sqlite') {
      const lock = await lockDirectory(dirname(source.file), Date.now())
      if (lock.type === 'error') throw stopFirst(lock.error.message)
      stack.defer(() => lock.value.close())
    }
    const snapshot = await openSnapshot(source)
    stack.defer(() => snapshot.close())
    await requireStopped(snapshot)
    const keys = await requireKeys(snapshot, from, into)
    const target = await openTarget(destination, snapshot.schema)
    stack.defer(() => target.close())
    const route = await openRoute(from, into, snapshot, stack)
    await requireNoOtherBytes(target, route)
    await carrySecrets(from, into, keys, options)
    const content = snapshotContent(snapshot)
    const report = await fill({ content, bytes: snapshot.blobsNow(), target, route, copying: options })
    // Asked again: what was changed since would be lost.
    await snapshot.end()
    await requireStopped(snapshot)
    await target.finish()
    return report
  })
}

/**
 * Brings the images of an installation whose servers may be running, so that the move itself has little left to do.
 * @throws CopyError
 */
export async function prepareMove(options: MoveOptions): Promise<PrepareReport> {
  return explainFailure(options.signal, INTERRUPTED, async () => {
    await using stack = new AsyncDisposableStack()
    const { from, into, source, destination } = await readPlaces(options)
    const snapshot = await openSnapshot(source)
    stack.defer(() => snapshot.close())
    const keys = await requireKeys(snapshot, from, into)
    await snapshot.end()
    const target = await openTarget(destination, snapshot.schema)
    stack.defer(() => target.close())
    const route = await openRoute(from, into, snapshot, stack)
    await requireNoOtherBytes(target, route)
    await carrySecrets(from, into, keys, options)
    const columns = snapshot.tables.get('blob') ?? []
    return { blobs: await pourBlobs(columns, snapshot.blobsNow(), target, route, options) }
  })
}

async function readPlaces({ environment, to }: MoveOptions) {
  const from = requireConfig(environment, 'the settings of the source')
  const into = requireConfig(await readSettings(to), `the settings in \`${to}\``)
  const [source, destination] = [metadataLocation(from), metadataLocation(into)]
  if (JSON.stringify(source) === JSON.stringify(destination))
    throw new CopyError('usage', `\`${to}\` names the database that is the source`)
  return { from, into, source, destination }
}

async function requireStopped(snapshot: Snapshot): Promise<void> {
  const others = await snapshot.others()
  if (others !== undefined) throw stopFirst(`the source database is in use by ${others}`)
}

function stopFirst(why: string): CopyError {
  return new CopyError('conflict', `stop the servers first: ${why}`)
}

async function readSettings(path: string): Promise<Environment> {
  try {
    return parseEnv(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new CopyError('usage', `the settings in \`${path}\` can't be read`, { cause })
  }
}

async function openRoute(
  from: Config,
  into: Config,
  snapshot: Snapshot,
  stack: AsyncDisposableStack,
): Promise<BlobRoute> {
  const blobs = await openBlobs(into, createLog('silent'))
  stack.defer(() => blobs.close())
  if (haveSameBlobs(from, into)) return { type: 'keep', blobs, keysOf: snapshot.keysOf }
  const source = await openBlobs(from, createLog('silent'))
  stack.defer(() => source.close())
  return { type: 'copy', source: installationBlobs(snapshot, source), blobs }
}

type CarriedKey = { readonly own: SealKeys; readonly has: boolean }

/** Looks before anything is written whether the target will be able to open what is sealed. */
async function requireKeys(snapshot: Snapshot, from: Config, into: Config): Promise<CarriedKey> {
  const ids = new Set<string>()
  for (const table of ['signing_key', 'setting'])
    for await (const batch of snapshot.rows(table))
      collectSealKeys(ids, table, snapshot.tables.get(table) ?? [], batch)
  const own = await findSealKeys(from)
  requireSealKeys(own, [...ids], from)
  const theirs = await findSealKeys(into)
  // Where there is none, the one that seals now goes along.
  requireSealKeys(theirs ?? { ...own, previous: undefined }, [...ids], into)
  return { own, has: theirs !== undefined }
}

/** Before all else: a server that is started too early would make a key of its own. */
async function carrySecrets(from: Config, into: Config, keys: CarriedKey, { warn }: Copying): Promise<void> {
  await createDirectoryDurably(into.dataDirectory)
  if (!keys.has) {
    const key = keys.own.current.key.reveal().toString('base64')
    await createFileDurably(sealKeyPath(into), `${key}\n`, { mode: 0o600 })
  }
  for (const name of await writeAuthorities(into, await readAuthorities(from)))
    warn(`the data directory has another certificate authority for \`${name}\` already: that one stays`)
}
