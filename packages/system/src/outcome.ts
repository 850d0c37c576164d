/** A value or what went wrong; the same shape as `Result` of `@wharden/oci`, which this package doesn't need otherwise. */
export type Outcome<Value, Problem> =
  | { readonly type: 'ok'; readonly value: Value }
  | { readonly type: 'error'; readonly error: Problem }
