import { hash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { html, type Html, type Part } from './html.ts'

/** A whole page: nothing from anywhere else, and no script but its own, if it needs one. */
export type Page = {
  readonly title: string
  readonly body: Part
  /** Beside what every page has. */
  readonly style?: string
  readonly script?: string
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #596579; --paper: #fff; --field: #f3f5f8; --line: #c3cad5; --mark: #0b5fbf; --bad: #a4161a; --good: #17653a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3aebf; --paper: #12161c; --field: #1c222b; --line: #46505f; --mark: #7db8ff; --bad: #ff9a92; --good: #7ddba3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
a { color: var(--mark); } code, pre { font: .9em/1.5 ui-monospace, monospace; } pre { padding: .75rem; overflow-x: auto; background: var(--field); border-radius: .375rem; }
label { display: block; font-weight: 600; margin-top: 1.1rem; } .hint { display: block; color: var(--soft); font-size: .9rem; font-weight: 400; }
input { display: block; width: 100%; margin-top: .3rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: .375rem; }
input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
input[aria-invalid] { border-color: var(--bad); } button { margin-top: 1.5rem; padding: .7rem 1.2rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--mark); border: 0; border-radius: .375rem; cursor: pointer; }
.problem { padding: .75rem 1rem; border-left: .3rem solid var(--bad); background: var(--field); } .problem strong { color: var(--bad); } .error { display: block; color: var(--bad); font-weight: 600; font-size: .9rem; } .done { color: var(--good); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; } th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); } .method { font-weight: 700; }
`

/** Nothing may load, frame or be framed, and nothing run but what we wrote; forms go to us only. https://www.w3.org/TR/CSP3/ */
function policyOf({ style = '', script }: Page): string {
  return [
    "default-src 'none'",
    `style-src '${digestOf(STYLE + style)}'`,
    ...(script === undefined ? [] : [`script-src '${digestOf(script)}'`]),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function digestOf(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`
}

export function renderPage({ title, body, style = '', script }: Page): string {
  const styled: Html = { html: `<style>${STYLE}${style}</style>` }
  const scripted: Part = script === undefined ? undefined : { html: `<script>${script}</script>` }
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Wharden</title>
        ${styled}
      </head>
      <body>
        <main>${body}</main>
        ${scripted}
      </body>
    </html> `.html
}

/** The address may hold a one-time secret: it is told to nobody and kept by nobody. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-security-policy': policyOf(page),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .send(renderPage(page))
}
