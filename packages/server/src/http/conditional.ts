/**
 * Whether the client has this very content already (`If-None-Match`). Weak comparison: what proxies have marked weak
 * counts too. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 * @param etag with its quotes; holds no comma
 */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((text) => {
    const known = text.trim()
    return known === '*' || known === etag || known === `W/${etag}`
  })
}

/**
 * Whether a `Range` is to be heeded: not if the client has a part of something else (`If-Range`). Strong comparison;
 * a date is never strong here. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function partIsOf(ifRange: string | string[] | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange === etag
}
