import type { FileHandle } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import type { BlobRange, BlobReader, PipeOutcome } from '../port.ts'
import type { BufferPool } from './buffer-pool.ts'
import { pourInto, type Sink } from '../sink.ts'

/**
 * Part of a file, sent by our own loop: while one buffer is being written to the socket, the other is read into, so
 * memory is two buffers whatever the client's pace, and nothing is copied or allocated per step.
 */
export class RangeReader implements BlobReader {
  readonly #file: FileHandle
  readonly #range: BlobRange
  readonly #buffers: BufferPool
  #closing: Promise<void> | undefined

  constructor(file: FileHandle, range: BlobRange, buffers: BufferPool) {
    this.#file = file
    this.#range = range
    this.#buffers = buffers
  }

  async pipeTo(response: Writable, signal?: AbortSignal): Promise<PipeOutcome> {
    try {
      return await pourInto(response, signal, (sink) =>
        sendRange(this.#file, this.#range, sink, this.#buffers),
      )
    } finally {
      await this.close()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#file.close()
    return this.#closing
  }
}

/** A buffer and the write that still reads from it. */
type Lane = { readonly buffer: Buffer; left: Promise<boolean>; busy: boolean }

async function sendRange(
  file: FileHandle,
  { start, end }: BlobRange,
  sink: Sink,
  buffers: BufferPool,
): Promise<PipeOutcome> {
  const lanes: Lane[] = []
  let position = start
  let sent = 0
  try {
    for (let step = 0; position < end && !sink.gone; step += 1) {
      const lane = (lanes[step % 2] ??= openLane(buffers.lend(end - position)))
      if (!(await lane.left)) break
      const bytes = await readStep(file, lane.buffer, position, end)
      lane.busy = true
      lane.left = sink.write(bytes).then((left) => {
        lane.busy = !left
        sent += left ? bytes.byteLength : 0
        return left
      })
      position += bytes.byteLength
    }
    const left = await Promise.all(lanes.map((lane) => lane.left))
    return { type: left.every(Boolean) && position >= end ? 'sent' : 'aborted', bytes: sent }
  } finally {
    for (const { buffer, busy } of lanes) {
      if (busy) buffers.abandon(buffer)
      else buffers.giveBack(buffer)
    }
  }
}

function openLane(buffer: Buffer): Lane {
  return { buffer, left: Promise.resolve(true), busy: false }
}

async function readStep(file: FileHandle, buffer: Buffer, position: number, end: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.byteLength, end - position), position)
  if (bytesRead === 0) throw new Error(`a blob's file ends at byte ${position}, before byte ${end}`)
  return buffer.subarray(0, bytesRead)
}
