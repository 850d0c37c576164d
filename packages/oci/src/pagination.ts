import { error, ok, type Result } from './result.ts'

/** Which part of a listing is asked for: at most `limit` names that come after `last` in ASCII order. */
export type Page = { readonly limit: number; readonly last?: string }

export type PageProblem = 'n-invalid' | 'last-invalid'

// Longer than any name or tag that could be listed, printable, no spaces: it is compared with names, never looked up.
const LAST = /^[\x21-\x7e]{1,255}$/

/**
 * Reads a listing's `n` and `last`. No `n`, or more than `max`, means `max`: a `Link` leads on. `n=0` is an empty page.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function parsePage(
  n: string | undefined,
  last: string | undefined,
  max: number,
): Result<Page, PageProblem> {
  if (n !== undefined && !/^[0-9]+$/.test(n)) return error('n-invalid')
  if (last !== undefined && last !== '' && !LAST.test(last)) return error('last-invalid')
  const limit = n === undefined ? max : Math.min(Number(n), max)
  return ok(last === undefined || last === '' ? { limit } : { limit, last })
}
