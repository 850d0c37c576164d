/** What a command did, as a person at a terminal would have seen it. */
export type Ran = {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** One line of the story: what a person would type, and how it is done here. */
export type Command = {
  readonly line: string
  readonly run: () => Promise<Ran>
}

/** The words of a command as they would be typed, with quotes where a shell needs them. */
export function typed(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./$-]+$/.test(word) ? word : `'${word}'`)).join(' ')
}
