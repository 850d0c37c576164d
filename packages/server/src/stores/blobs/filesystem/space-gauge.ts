import { statfs } from 'node:fs/promises'
import { BlobStoreFullError } from '../port.ts'

export type SpaceGauge = {
  /** Bytes an unprivileged process may still take, measured now. */
  measure(): Promise<number>
  /** Whether less than the mark is free, as of at most a second ago. */
  isLow(): Promise<boolean>
  /** @throws BlobStoreFullError when it is low */
  demand(): Promise<void>
}

const FRESH_MILLISECONDS = 1000

/** Watches the file system `directory` is on; below `minimumFree` bytes it is low. */
export function createSpaceGauge(directory: string, minimumFree: number): SpaceGauge {
  let last: { readonly at: number; readonly free: Promise<number> } | undefined
  const measure = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  }
  const isLow = async (): Promise<boolean> => {
    const now = performance.now()
    if (last === undefined || now - last.at > FRESH_MILLISECONDS) last = { at: now, free: measure() }
    return (await last.free) < minimumFree
  }
  const demand = async (): Promise<void> => {
    if (await isLow()) throw new BlobStoreFullError()
  }
  return { measure, isLow, demand }
}
