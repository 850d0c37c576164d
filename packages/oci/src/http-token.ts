/** HTTP's `token`, as the source of a regular expression. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const HTTP_TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

/** HTTP's `quoted-string`, its inside captured: no character can be read in two ways, so matching is linear. */
export const HTTP_QUOTED_STRING = '"((?:[^"\\\\]|\\\\.)*)"'

/** What a quoted string's inside stands for. */
export function unescapeQuoted(inside: string): string {
  return inside.replaceAll(/\\(.)/gs, '$1')
}
