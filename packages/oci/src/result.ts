/** What a parser with several ways to fail answers. One way to fail is said with `undefined` instead. */
export type Result<Value, Problem> =
  | { readonly type: 'ok'; readonly value: Value }
  | { readonly type: 'error'; readonly error: Problem }

export const ok = <Value>(value: Value): { readonly type: 'ok'; readonly value: Value } => ({
  type: 'ok',
  value,
})

export const error = <Problem>(problem: Problem): { readonly type: 'error'; readonly error: Problem } => ({
  type: 'error',
  error: problem,
})
