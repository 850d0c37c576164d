import type { Writable } from 'node:stream'
import { assertRange } from '../blob-range.ts'
import type { BlobRange, BlobReader, PipeOutcome } from '../port.ts'
import { pourInto, type Sink } from '../sink.ts'
import type { Bucket, Download } from './bucket.ts'
import { chunksOf } from './download.ts'

/** Bytes given to a response and not let go of yet: what is downloaded ahead of a client. */
const AHEAD_BYTES = 512 * 1024

/** Opens part of an object. The connection to the store is open from here on, and waits. */
export async function openRange(
  bucket: Bucket,
  name: string,
  range: BlobRange,
): Promise<BlobReader | undefined> {
  assertRange(range)
  if (range.start === range.end) return openNothing(bucket, name, range)
  const download = await bucket.get(name, range)
  return download === undefined ? undefined : new ObjectReader(bucket, name, range, download)
}

/** HTTP has no empty ranges. */
async function openNothing(bucket: Bucket, name: string, range: BlobRange): Promise<BlobReader | undefined> {
  const object = await bucket.find(name)
  return object === undefined || object.size < range.end
    ? undefined
    : new ObjectReader(bucket, name, range, undefined)
}

/** Part of an object, passed on as it arrives: chunks are not copied, and the client's pace is the store's. */
class ObjectReader implements BlobReader {
  readonly #bucket: Bucket
  readonly #name: string
  readonly #range: BlobRange
  #download: Download | undefined

  constructor(bucket: Bucket, name: string, range: BlobRange, download: Download | undefined) {
    this.#bucket = bucket
    this.#name = name
    this.#range = range
    this.#download = download
    // A connection may break while nobody reads it; unheard, the event would end the process.
    download?.body.on('error', () => {})
  }

  async pipeTo(response: Writable, signal?: AbortSignal): Promise<PipeOutcome> {
    try {
      return await pourInto(response, signal, (sink) => this.#send(sink))
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#download?.body.destroy()
  }

  async #send(sink: Sink): Promise<PipeOutcome> {
    const { start, end } = this.#range
    let sent = 0
    let ahead = 0
    let last: Promise<boolean> = Promise.resolve(true)
    if (!sink.gone && end > start) {
      for await (const chunk of chunksOf(this.#bucket, this.#name, this.#range, this.#download)) {
        ahead += chunk.byteLength
        last = sink.write(chunk).then((left) => {
          ahead -= chunk.byteLength
          sent += left ? chunk.byteLength : 0
          return left
        })
        if (ahead >= AHEAD_BYTES) await last
        if (sink.gone) break
      }
    }
    await last
    return { type: sent === end - start && !sink.gone ? 'sent' : 'aborted', bytes: sent }
  }
}
