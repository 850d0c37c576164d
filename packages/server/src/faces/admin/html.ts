/** Text that is HTML already. Everything else that comes into a page is escaped on its way. */
export type Html = { readonly html: string }

export type Part = Html | string | number | undefined | readonly Part[]

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of a page: html\`<b>${text}</b>\`. Lists are joined, what is undefined is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, index) => string + (index < parts.length ? written(parts[index]) : ''))
  return { html: text.join('') }
}

function written(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
  }
  return 'html' in part ? part.html : part.map(written).join('')
}
