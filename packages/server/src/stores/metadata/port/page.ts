/** JSON as it is stored: documents whose meaning belongs to another room. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Pages go by the last thing shown, never by offset: what is added or deleted meanwhile doesn't shift them. */
export type PageQuery<Last = string> = {
  readonly last?: Last | undefined
  readonly limit: number
}

/** By time, what is of one time by name: `last` is both of the last thing shown. */
export type TimePageQuery = PageQuery<{ readonly at: number; readonly name: string }> & {
  readonly newestFirst: boolean
}

export type Page<Item> = {
  readonly items: readonly Item[]
  readonly more: boolean
}
