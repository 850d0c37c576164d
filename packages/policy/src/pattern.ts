import type { RepositoryName } from '@wharden/oci'

/** Which names: exactly one, or all that begin with `prefix`: `''` is every name, `samples/` what lies below it. */
export type PathPattern =
  | { readonly type: 'exact'; readonly name: RepositoryName }
  | { readonly type: 'under'; readonly prefix: string }
