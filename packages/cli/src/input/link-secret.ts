/** The secret of a one-time link: its fragment, its `secret` parameter or its last part. Anything else is the secret itself. */
export function parseLinkSecret(text: string): string {
  const link = /^https?:\/\//.test(text) ? URL.parse(text) : null
  if (link === null) return text.trim()
  const fragment = link.hash.slice(1)
  const inFragment = new URLSearchParams(fragment).get('secret') ?? fragment
  return inFragment || link.searchParams.get('secret') || (link.pathname.split('/').at(-1) ?? '')
}

/** The server a one-time link leads to; undefined for a bare secret. */
export function linkServer(text: string): string | undefined {
  return /^https?:\/\//.test(text) ? URL.parse(text)?.origin : undefined
}
