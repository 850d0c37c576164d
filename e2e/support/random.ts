/** Chance that can be had again: the seed is printed with the run. */
export type Random = {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number
  /** True in so many of a hundred cases. */
  readonly percent: (chance: number) => boolean
  /** Undefined of an empty list. */
  readonly of: <Item>(items: readonly Item[]) => Item | undefined
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty to choose among acts. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const below = (end: number) => Math.floor(next() * end)
  return { below, percent: (chance) => next() * 100 < chance, of: (items) => items[below(items.length)] }
}
