import { singleLine } from './single-line.ts'

const MAX_LENGTH = 128

/** Somebody's text inside a message of ours: one line, in backticks, and no longer than helps. */
export function quote(text: string): string {
  const line = singleLine(text.slice(0, MAX_LENGTH)).replaceAll('`', "'")
  return `\`${line}${text.length > MAX_LENGTH ? '…' : ''}\``
}
