import type { FileHandle } from 'node:fs/promises'

const STEP_BYTES = 1024 * 1024

/**
 * Reads the first `length` bytes of a file in order. `each` has a step's bytes until it resolves; then their memory is
 * used again. @throws when the file is shorter
 */
export async function readThrough(
  file: FileHandle,
  length: number,
  each: (bytes: Uint8Array, position: number) => Promise<void> | void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(STEP_BYTES, Math.max(length, 1)))
  for (let position = 0; position < length;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.byteLength, length - position), position)
    if (bytesRead === 0) throw new Error(`a blob's file ends at byte ${position}, before byte ${length}`)
    await each(buffer.subarray(0, bytesRead), position)
    position += bytesRead
  }
}
