import { error, ok, type Result } from '@wharden/oci'

/** What is wrong with a document, and where: `registryAccess.rules[3].host`. */
export type DocumentProblem = { readonly path: string; readonly message: string }

/** Reads a JSON value found at `path`. */
export type Reader<Value> = (json: unknown, path: string) => Result<Value, DocumentProblem>

export const problem = (path: string, message: string): Result<never, DocumentProblem> =>
  error({ path, message })

export const text: Reader<string> = (json, path) =>
  typeof json === 'string' ? ok(json) : problem(path, 'must be text')

export const flag: Reader<boolean> = (json, path) =>
  typeof json === 'boolean' ? ok(json) : problem(path, 'must be true or false')

/** Milliseconds since 1970. */
export const time: Reader<number> = (json, path) =>
  typeof json === 'number' && Number.isSafeInteger(json)
    ? ok(json)
    : problem(path, 'must be whole milliseconds')

export function oneOf<const Value extends string>(values: readonly Value[]): Reader<Value> {
  return (json, path) => {
    const value = values.find((known) => known === json)
    return value === undefined ? problem(path, `must be one of ${values.join(', ')}`) : ok(value)
  }
}

export function listOf<Value>(item: Reader<Value>, most = 10_000): Reader<readonly Value[]> {
  return (json, path) => {
    if (!Array.isArray(json)) return problem(path, 'must be a list')
    if (json.length > most) return problem(path, `has ${json.length} entries; at most ${most} are allowed`)
    const values: Value[] = []
    for (const [index, entry] of json.entries()) {
      const read = item(entry, `${path}[${index}]`)
      if (read.type === 'error') return read
      values.push(read.value)
    }
    return ok(values)
  }
}

/** What isn't there is `otherwise`. */
export function optional<Value, const Otherwise>(
  reader: Reader<Value>,
  otherwise: Otherwise,
): Reader<Value | Otherwise> {
  return (json, path) => (json === undefined ? ok(otherwise) : reader(json, path))
}

/** An object with these fields and no others: a field that isn't understood may have been meant to restrict. */
export function object<Value>(fields: { readonly [Key in keyof Value]: Reader<Value[Key]> }): Reader<Value> {
  return (json, path) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      return problem(path, 'must be an object')
    const stranger = Object.keys(json).find((key) => !Object.hasOwn(fields, key))
    if (stranger !== undefined) return problem(`${path}.${stranger}`, 'is not known here')
    const value: Record<string, unknown> = {}
    for (const [key, reader] of Object.entries<Reader<unknown>>(fields)) {
      const read = reader(Object.getOwnPropertyDescriptor(json, key)?.value, `${path}.${key}`)
      if (read.type === 'error') return read
      value[key] = read.value
    }
    return ok(value as Value)
  }
}

/** Reads further what `reader` read. (Not `then`: a module that exports one is taken for a promise by `import()`.) */
export function refine<From, To>(
  reader: Reader<From>,
  next: (value: From, path: string) => Result<To, DocumentProblem>,
): Reader<To> {
  return (json, path) => {
    const read = reader(json, path)
    return read.type === 'error' ? read : next(read.value, path)
  }
}
