/** `port: undefined` is any port. `below` is `*.host` (one level) or `**.host` (any depth), not `host` itself. */
export type HostPattern =
  | { readonly type: 'exact'; readonly host: string; readonly port: number | undefined }
  | {
      readonly type: 'below'
      readonly host: string
      readonly depth: 'one' | 'any'
      readonly port: number | undefined
    }
  | { readonly type: 'any' }
