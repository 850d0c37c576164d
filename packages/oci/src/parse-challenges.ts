import { HTTP_QUOTED_STRING, HTTP_TOKEN, unescapeQuoted } from './http-token.ts'

/** One challenge of another server. Names are lower-case. */
export type Challenge = {
  /** `bearer`, `basic`, … */
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
  /** What `Negotiate` and its like send instead of parameters. */
  readonly token68?: string
}

/** More than any server sends; bounds the work on what a hostile one may. */
export const CHALLENGE_MAX_LENGTH = 8192

// A parameter and a `token68` end at a comma or at the end of the header; else they aren't what they seem.
const END = '[ \\t]*(?=,|$)'
const SCHEME = new RegExp(HTTP_TOKEN, 'y')
const PARAMETER = new RegExp(
  `(${HTTP_TOKEN})[ \\t]*=[ \\t]*(?:(${HTTP_TOKEN})|${HTTP_QUOTED_STRING})${END}`,
  'ys',
)
const TOKEN68 = new RegExp(`([A-Za-z0-9._~+/-]+=*)${END}`, 'y')
const NOTHING_MORE = new RegExp(END, 'y')
const SPACES = /[ \t]*/y
const SEPARATORS = /[ \t,]*/y

type Cursor = { readonly text: string; at: number }

/**
 * Reads a `WWW-Authenticate` header, which may hold several challenges. A broken one ends the reading; a repeated
 * parameter counts as it came first. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = []
  if (header.length > CHALLENGE_MAX_LENGTH) return challenges
  const cursor = { text: header, at: 0 }
  for (;;) {
    take(cursor, SEPARATORS)
    const challenge = readChallenge(cursor)
    if (challenge === undefined) return challenges
    challenges.push(challenge)
  }
}

function readChallenge(cursor: Cursor): Challenge | undefined {
  const scheme = take(cursor, SCHEME)?.[0].toLowerCase()
  if (scheme === undefined) return undefined
  if (take(cursor, NOTHING_MORE)) return { scheme, parameters: new Map() }
  take(cursor, SPACES)
  const parameters = readParameters(cursor)
  if (parameters.size > 0) return { scheme, parameters }
  const token68 = take(cursor, TOKEN68)?.[1]
  return token68 === undefined ? undefined : { scheme, parameters, token68 }
}

function readParameters(cursor: Cursor): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (let match = take(cursor, PARAMETER); match !== undefined; match = take(cursor, PARAMETER)) {
    const [, name = '', token, quoted = ''] = match
    const key = name.toLowerCase()
    if (!parameters.has(key)) parameters.set(key, token ?? unescapeQuoted(quoted))
    take(cursor, SEPARATORS)
  }
  return parameters
}

/** Moves over what `pattern` (sticky) matches here, if it does. */
function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match === null) return undefined
  cursor.at = pattern.lastIndex
  return match
}
