/** One token of indented JSON: a name with its colon, a text, a number or a word. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g

const BLUE = 34
const GREEN = 32
const CYAN = 36

/** Colours JSON for a terminal: names, texts, everything else. */
export function colourJson(text: string): string {
  return text.replaceAll(TOKEN, (token: string, quoted: string | undefined, colon: string | undefined) => {
    if (quoted === undefined) return painted(token, CYAN)
    return colon === undefined ? painted(quoted, GREEN) : `${painted(quoted, BLUE)}${colon}`
  })
}

function painted(text: string, colour: number): string {
  return `\u001b[${colour}m${text}\u001b[39m`
}
