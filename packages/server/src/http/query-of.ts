/** Nobody may change it: without a query, all share one. */
export type Query = Pick<URLSearchParams, 'get' | 'getAll'>

const NONE: Query = new URLSearchParams()

/** The query of a request target. `new URL` would parse the path as well, and there is mostly none. */
export function queryOf(target: string): Query {
  const at = target.indexOf('?')
  return at === -1 ? NONE : new URLSearchParams(target.slice(at + 1))
}
