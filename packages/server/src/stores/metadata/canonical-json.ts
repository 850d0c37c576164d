import type { Json, JsonObject } from './port/page.ts'

/**
 * JSON with sorted keys and no spaces: the same document is always the same text, so that it can be hashed.
 * Sorted by UTF-16 code unit: https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** What we wrote as JSON of that type. */
export function parseJson<Document = JsonObject>(text: string): Document {
  return JSON.parse(text) as Document
}
