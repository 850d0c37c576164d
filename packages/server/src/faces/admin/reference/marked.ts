import { html, type Part } from '../html.ts'

/** Text with what stands in backticks as code. */
export function marked(text: string | undefined): Part {
  return text?.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))
}
