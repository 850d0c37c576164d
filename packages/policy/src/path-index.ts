import type { PathPattern } from './pattern.ts'

/**
 * Values by path: below a prefix (`''`, `samples/`) or at exactly one name. The two can't be confused, because a
 * name never ends in a slash. Looking a name up costs its depth, not the number of entries.
 */
export type PathIndex<Value> = {
  readonly entries: ReadonlyMap<string, Value>
}

export function createPathIndex<Value>(entries: ReadonlyMap<string, Value>): PathIndex<Value> {
  return { entries }
}

/** Under what a pattern's value stands in an index. */
export function pathKey(pattern: PathPattern): string {
  return pattern.type === 'exact' ? pattern.name : pattern.prefix
}

/** Every value whose prefix or name covers `name` (a name, or a prefix itself), from the widest to the narrowest. */
export function lookUp<Value>(index: PathIndex<Value> | undefined, name: string): readonly Value[] {
  if (index === undefined) return []
  const found: Value[] = []
  const add = (key: string): void => {
    const value = index.entries.get(key)
    if (value !== undefined) found.push(value)
  }
  add('')
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    add(name.slice(0, slash + 1))
  }
  if (name !== '' && !name.endsWith('/')) add(name)
  return found
}
