import { HTTP_QUOTED_STRING, HTTP_TOKEN } from './http-token.ts'

/**
 * The `Link` header that leads to a listing's next page: `</v2/_catalog?n=2&last=b>; rel="next"`.
 * `path` is taken as it is; names and values of `query` are encoded. https://www.rfc-editor.org/rfc/rfc8288
 */
export function formatLink(path: string, query: Readonly<Record<string, string | number>>): string {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `<${path}?${parameters.join('&')}>; rel="next"`
}

// A link's target, then its parameters one by one.
const TARGET = /[ \t,]*<([^<>]*)>/y
const PARAMETER = new RegExp(
  `[ \\t]*;[ \\t]*(${HTTP_TOKEN})[ \\t]*(?:=[ \\t]*(?:(${HTTP_TOKEN})|${HTTP_QUOTED_STRING}))?`,
  'ys',
)

/** The target of the first link with relation `next`: an address relative to the listing's own, not checked. */
export function parseNextLink(header: string): string | undefined {
  let at = 0
  for (let target = matchAt(TARGET, header, at); target !== null; target = matchAt(TARGET, header, at)) {
    at = TARGET.lastIndex
    let isNext = false
    for (let match = matchAt(PARAMETER, header, at); match !== null; match = matchAt(PARAMETER, header, at)) {
      at = PARAMETER.lastIndex
      isNext ||= isNextRelation(match)
    }
    if (isNext) return target[1]
  }
  return undefined
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function isNextRelation([, name = '', token, quoted = '']: RegExpExecArray): boolean {
  return name.toLowerCase() === 'rel' && (token ?? quoted).toLowerCase().split(' ').includes('next')
}
