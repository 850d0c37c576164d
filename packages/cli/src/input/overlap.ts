import type { Command } from 'commander'
import { parseSpan } from './span.ts'

export type Overlap = { readonly overlap?: number }

/** @param most as it is said to people, e.g. `24h` */
export function withOverlap(command: Command, most: string): Command {
  return command.option(
    '--overlap <span>',
    `for how long the secret before goes on: 0s to ${most}; 10m if not said`,
    parseSpan,
  )
}

/** Ready to be spread into an input where it may be absent. */
export function overlapOf(overlap: number | undefined) {
  return overlap === undefined ? {} : { overlapSeconds: overlap }
}
