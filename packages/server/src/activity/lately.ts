/** When something was done for each of many, for as long as it counts, in bounded memory. */
export type Lately<Key> = {
  readonly done: (key: Key, at: number) => void
  /** Whether it was done less than the time before `at`. */
  readonly was: (key: Key, at: number) => boolean
}

/**
 * Two maps in turn: when the younger one is full or as old as counts, it takes the place of the elder. So it is never
 * cleared while most of what it holds still counts; of more than twice `limit` the oldest are forgotten.
 */
export function createLately<Key>(milliseconds: number, limit: number): Lately<Key> {
  let young = new Map<Key, number>()
  let old = new Map<Key, number>()
  let since = 0

  return {
    done(key, at) {
      if (young.size >= limit || at - since >= milliseconds) {
        old = young
        young = new Map()
        since = at
      }
      young.set(key, at)
    },
    was(key, at) {
      const last = young.get(key) ?? old.get(key)
      return last !== undefined && at - last < milliseconds
    },
  }
}
