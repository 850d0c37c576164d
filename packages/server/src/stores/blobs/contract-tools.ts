// What the parts of the contract share.

import { Writable } from 'node:stream'
import { expect } from 'vitest'
import type { BlobKey } from './blob-key.ts'
import type { BlobRange, BlobStore, BlobWriter, FinishedBlob, UploadPosition } from './port.ts'
import { digestOf } from './contract-sample.ts'

export type BlobStoreHarness = {
  /** A module exporting `openPlace(place)`: how a process opens the store. */
  readonly module: string
  readonly place: string
  cleanUp(): Promise<void>
}

/** One store as two processes see it: they share no memory. */
export type Opened = {
  readonly harness: BlobStoreHarness
  readonly here: BlobStore
  readonly there: BlobStore
}

export const MEBIBYTE = 1024 * 1024

/** A blob of those bytes. */
export async function storeBlob(store: BlobStore, bytes: Uint8Array): Promise<FinishedBlob> {
  const writer = await open(store, store.startUpload('sha256'))
  await writer.append(bytes)
  return finish(writer, bytes)
}

export async function open(store: BlobStore, position: UploadPosition): Promise<BlobWriter> {
  const opened = await store.openUpload(position)
  if (opened.type === 'error') throw new Error(opened.error.type)
  return opened.value
}

export async function finish(writer: BlobWriter, bytes: Uint8Array): Promise<FinishedBlob> {
  const finished = await writer.finish(digestOf(bytes))
  if (finished.type === 'error') throw new Error(`the bytes are ${finished.error.actual}`)
  return finished.value
}

export async function contents(store: BlobStore, key: BlobKey, range: BlobRange): Promise<Buffer> {
  const target = new Collector()
  target.on('first', () => target.emit('go'))
  const reader = await store.read(key, range)
  if (reader === undefined) throw new Error('no such bytes')
  const outcome = await reader.pipeTo(target)
  expect(outcome).toEqual({ type: 'sent', bytes: range.end - range.start })
  return target.contents()
}

/**
 * A client that takes its first bytes, says so (`first`), and waits for `go`. It copies what it gets, as the kernel does:
 * a chunk's memory is its writer's again once it has called back.
 */
export class Collector extends Writable {
  readonly #chunks: Buffer[] = []

  constructor() {
    super({ highWaterMark: 1 })
  }

  contents(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk))
    if (this.#chunks.length > 1) return done()
    this.once('go', done)
    this.emit('first')
  }
}

export async function keys(store: BlobStore, before: number): Promise<readonly BlobKey[]> {
  const all: BlobKey[] = []
  for await (const batch of store.keys(before)) all.push(...batch)
  return all
}
