export type JunitCase = {
  readonly name: string
  /** `passed`, `failure`, `error` or `skipped`. */
  readonly status: string
  /** What the suite found wrong, or why it skipped. */
  readonly message: string
}

/** Reads what the conformance suite writes, which is less than all of JUnit's XML. */
export function parseJunit(xml: string): readonly JunitCase[] {
  return xml
    .split('<testcase ')
    .slice(1)
    .map((text) => ({
      name: unescape(/name="([^"]*)"/.exec(text)?.[1] ?? ''),
      status: /status="([^"]*)"/.exec(text)?.[1] ?? 'error',
      message: unescape(/<system-out>([^]*?)<\/system-out>/.exec(text)?.[1] ?? ''),
    }))
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|([a-z]+));/gi, (whole, hexadecimal, decimal, name) => {
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ENTITIES[name] ?? whole
  })
}
