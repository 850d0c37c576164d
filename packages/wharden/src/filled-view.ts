import type { View } from '@wharden/cli'
import type { FillReport } from '@wharden/server'
import { formatBytes } from './show-progress.ts'

/** What restore and move have brought. */
export const FILLED: View<Pick<FillReport, 'rows' | 'blobs' | 'audit'>> = [
  ['ROWS', ({ rows }) => rows],
  ['BLOBS', ({ blobs }) => blobs.count],
  ['SIZE', ({ blobs }) => formatBytes(blobs.bytes)],
  ['COPIED', ({ blobs }) => formatBytes(blobs.copiedBytes)],
  ['AUDIT', ({ audit }) => verdict(audit)],
]

function verdict({ chains, events, broken }: FillReport['audit']): string {
  return broken.length === 0
    ? `${events} events in ${chains} chains, all intact`
    : `${broken.length} of ${chains} chains broken`
}
