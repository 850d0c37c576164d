declare const brand: unique symbol

/**
 * A `T` that was checked by the parser of `Name`: a plain `T` at run time, its own type for the compiler.
 * Only the parser that checks it makes one (`as` lives there and nowhere else).
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
