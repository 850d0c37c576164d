/**
 * The `Link` header that leads to a listing's next page: `</v2/_catalog?n=2&last=b>; rel="next"`.
 * `path` is taken as it is; names and values of `query` are encoded. https://www.rfc-editor.org/rfc/rfc8288
 */
export function formatLink(path: string, query: Readonly<Record<string, string | number>>): string {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `<${path}?${parameters.join('&')}>; rel="next"`
}
