/**
 * Backup, restore and move: everything an installation is, out of one place and into another.
 *
 *   <directory>/                     0700, its files 0600: as secret as the server's data
 *     manifest.json                  written last, by renaming: with it the backup is whole, before it is the one before
 *     metadata/<when>/<table>.jsonl  one snapshot: a line with the columns, then a row each, by primary key
 *     blobs/sha256/ab/<hex>          the images' bytes, by digest; what is there isn't copied again
 *     seal.key                       only if asked for
 *     lock                           keeps a second backup out
 *
 * What a manifest names is never touched until another manifest has taken its place.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestAlgorithm, digestHex, type Digest } from '@wharden/oci'
import { BATCH_ROWS, BATCH_WEIGHT } from '../stores/metadata/portable/connection.ts'
import { parseRow, type Row } from '../stores/metadata/portable/row-line.ts'
import { CopyError } from './copy-error.ts'

export const MANIFEST = 'manifest.json'
export const SEAL_KEY = 'seal.key'

export function tablePath(directory: string, folder: string, table: string): string {
  return join(directory, folder, `${table}.jsonl`)
}

export function blobFolder(directory: string, digest: Digest): string {
  return join(directory, 'blobs', digestAlgorithm(digest), digestHex(digest).slice(0, 2))
}

export function blobFile(directory: string, digest: Digest): string {
  return join(blobFolder(directory, digest), digestHex(digest))
}

/** Undefined where there is no such file. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}

/** The columns in a table's file. @throws CopyError */
export async function readColumns(path: string): Promise<readonly string[]> {
  for await (const line of readLines(path)) {
    const columns: unknown = JSON.parse(line)
    if (Array.isArray(columns) && columns.every(isColumn)) return columns
    break
  }
  throw damaged(path)
}

/** Rows are put into SQL by these names. */
function isColumn(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_]+$/.test(value)
}

/** The rows in a table's file, in batches of bounded weight. @throws CopyError */
export async function* readRows(path: string, width: number): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = []
  let weight = 0
  let first = true
  for await (const line of readLines(path)) {
    if (first) {
      first = false
      continue
    }
    const row = parseRow(line, width)
    if (row === undefined) throw damaged(path)
    batch.push(row)
    weight += line.length
    if (batch.length < BATCH_ROWS && weight < BATCH_WEIGHT) continue
    yield batch
    batch = []
    weight = 0
  }
  if (batch.length > 0) yield batch
}

export function damaged(path: string): CopyError {
  return new CopyError('failed', `the backup is damaged: \`${path}\` is not what was written`)
}

async function* readLines(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8')
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) throw damaged(path)
}

/** SHA-256 of a file, hex; undefined where there is none. */
export async function digestOfFile(path: string, signal: AbortSignal): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  const digest = createHash('sha256')
  for await (const chunk of file.createReadStream({ signal })) digest.update(chunk)
  return digest.digest('hex')
}
