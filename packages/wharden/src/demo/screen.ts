import { styleText } from 'node:util'

/** Narrow enough for half a laptop's screen and for a slide. */
const WIDTH = 80
const INDENT = '   '
const OUTCOME = '     '

/** How the story looks: plain lines, with colours only where they are wanted. */
export type Screen = {
  readonly heading: (text: string) => void
  /** Prose; long lines are broken. */
  readonly say: (text: string) => void
  /** A command as it would be typed; broken lines can be pasted. */
  readonly command: (line: string) => void
  readonly good: (text: string) => void
  readonly bad: (text: string) => void
  /** What a program printed: its own words, only broken where a line is too long. */
  readonly quote: (text: string) => void
}

export function createScreen(write: (text: string) => void, colours: boolean): Screen {
  const paint = (style: Style, text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text
  // Commands and short outcomes stand close together; what is to be read stands apart.
  let apart = false
  const put = (text: string, { before = false, after = false } = {}) => {
    if (apart || before) write('\n')
    write(`${text}\n`)
    apart = after
  }
  const block = (text: string, first: string, next = first) => wrap(text.split(' '), first, next).join('\n')
  const quoted = (text: string) =>
    printable(text)
      .trimEnd()
      .split('\n')
      .map((line) => block(line, `${INDENT}| `).trimEnd())
      .join('\n')
  return {
    heading: (text) => put(paint('bold', text), { before: !apart, after: true }),
    say: (text) => put(block(text, INDENT), { before: true, after: true }),
    command: (line) =>
      put(paint('cyan', wrap(phrases(line), `${INDENT}$ `, `${INDENT}    `, ' \\').join('\n'))),
    good: (text) => put(paint('green', block(text, OUTCOME))),
    bad: (text) => put(paint('yellow', block(text, OUTCOME))),
    quote: (text) => put(quoted(text), { after: true }),
  }
}

type Style = Parameters<typeof styleText>[0]

/** An option and its value stay on one line. */
function phrases(line: string): readonly string[] {
  return line.split(/(?<! --?[a-z-]+) /)
}

/**
 * Breaks between words only: one that is too long stays whole, so that it can be copied.
 * @param end what a line that goes on ends with
 */
export function wrap(words: readonly string[], first: string, next: string, end = ''): readonly string[] {
  const done: string[] = []
  let line: string | undefined
  for (const word of words) {
    if (line !== undefined && line.length + 1 + word.length + end.length > WIDTH) {
      done.push(line + end)
      line = next + word
    } else line = line === undefined ? first + word : `${line} ${word}`
  }
  return [...done, line ?? first]
}

/** Progress bars and colours of other programs would drive the terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
}
