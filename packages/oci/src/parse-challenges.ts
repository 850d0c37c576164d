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
const SPACES = /[ \t]*/y
const SEPARATORS = /[ \t,]*/y

type Cursor = { readonly text: string; at: number }

/**
 * Reads a `WWW-Authenticate` header, which may hold several challenges. What comes after a broken one is left out; a
 * repeated parameter counts once, as it came first. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = []
  if (header.length > CHALLENGE_MAX_LENGTH) return challenges
  const cursor = { text: header, at: 0 }
  take(cursor, SEPARATORS)
  for (let scheme = take(cursor, SCHEME); scheme !== undefined; scheme = take(cursor, SCHEME)) {
    take(cursor, SPACES)
    challenges.push(readChallenge(cursor, scheme[0].toLowerCase()))
    take(cursor, SEPARATORS)
  }
  return challenges
}

function readChallenge(cursor: Cursor, scheme: string): Challenge {
  const parameters = readParameters(cursor)
  const token68 = parameters.size === 0 ? take(cursor, TOKEN68)?.[1] : undefined
  return { scheme, parameters, ...(token68 !== undefined && { token68 }) }
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
