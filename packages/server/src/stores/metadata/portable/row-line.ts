/** What either database keeps in a column. Whole numbers only, and none that JSON would round. */
export type Value = string | number | null | Uint8Array

/** A row's values, in the order of its table's columns. */
export type Row = readonly Value[]

/** One line of JSON, without the line's end: bytes as `{"base64":"…"}`, everything else as it is. */
export function formatRow(row: Row): string {
  return JSON.stringify(row.map(toJson))
}

function toJson(value: Value): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`\`${value}\` in the database is no whole number that can be carried exactly`)
  return value
}

/** The row that a line holds, or undefined where it isn't one of `width` values. */
export function parseRow(line: string, width: number): Row | undefined {
  const values = parseJson(line)
  if (!Array.isArray(values) || values.length !== width) return undefined
  const row: Value[] = []
  for (const json of values) {
    const value = toValue(json)
    if (value === undefined) return undefined
    row.push(value)
  }
  return row
}

function toValue(json: unknown): Value | undefined {
  if (json === null || typeof json === 'string') return json
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json : undefined
  if (typeof json !== 'object' || !('base64' in json) || typeof json.base64 !== 'string') return undefined
  return Buffer.from(json.base64, 'base64')
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
