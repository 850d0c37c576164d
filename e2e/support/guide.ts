/**
 * Guides whose commands are run as they stand. In a page of docs/, the word after `sh` says what becomes of a block:
 *
 *     sh run       it works
 *     sh refused   its last command ends with an error
 *     sh           it is only read
 *
 * A block of `text` that follows one that was run is what it printed: line by line, in that order, with blanks as they may
 * come and `…` for whatever is another each time. All blocks of a page are run by one shell, so that what one sets the next has.
 */
import { readFileSync } from 'node:fs'

export type Block = {
  readonly line: number
  readonly script: string
  readonly refused: boolean
  /** What it must have printed, if the page says so. */
  readonly prints: readonly string[] | undefined
}

const FENCE = /^( *)```([a-z]*)(?: +(run|refused))?\n([^]*?)^\1```$/gm

/** The blocks of a page that are run. */
export function readGuide(path: string): readonly Block[] {
  const page = readFileSync(path, 'utf8')
  const blocks: Block[] = []
  let last: Block | undefined
  for (const { 2: language = '', 3: mode, 4: text = '', index } of page.matchAll(FENCE)) {
    const line = page.slice(0, index).split('\n').length
    if (language === 'text' && last !== undefined) {
      blocks.splice(-1, 1, { ...last, prints: text.split('\n').filter((each) => each.trim() !== '') })
    }
    last = undefined
    if (language !== 'sh' || mode === undefined) continue
    last = { line, script: text, refused: mode === 'refused', prints: undefined }
    blocks.push(last)
  }
  return blocks
}

/** The lines that a page promises and the output doesn't have, in order; none where it kept its word. */
export function missingIn(output: string, promised: readonly string[]): readonly string[] {
  const said = output.split('\n')
  return promised.filter((line) => {
    const at = said.findIndex((each) => patternOf(line).test(each))
    said.splice(0, at + 1)
    return at === -1
  })
}

function patternOf(line: string): RegExp {
  const words = line.trim().split(/\s+/)
  const escaped = words.map((word) =>
    word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`).replaceAll('…', '.*'),
  )
  return new RegExp(`^\\s*${escaped.join('\\s+')}\\s*$`)
}
