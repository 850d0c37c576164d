/** JSON as it is stored: documents whose meaning belongs to another room. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Pages go by the last thing shown, never by offset: what is added or deleted meanwhile doesn't shift them. */
export type PageQuery<Last = string> = {
  readonly last?: Last | undefined
  readonly limit: number
}

export type Page<Item> = {
  readonly items: readonly Item[]
  readonly more: boolean
}
