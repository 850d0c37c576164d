import type { OpenAPI } from '@orpc/openapi'
import { schemaNamed, type Schema } from './render-schema.ts'

/** Something of a schema's form: what must be there, the first of alternatives, and examples where there are any. */
export function exampleValue(given: unknown, document: OpenAPI.Document): unknown {
  const schema = schemaNamed(given, document)
  const [example] = schema.examples ?? []
  if (example !== undefined) return example
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [variant] = schema.oneOf ?? schema.anyOf ?? []
  if (variant !== undefined) return exampleValue(variant, document)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        fieldsOf(schema).map(([name, field]) => [name, exampleValue(field, document)]),
      )
    case 'array':
      return [exampleValue(schema.items, document)]
    case 'integer':
    case 'number':
      return schema.default ?? schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      return schema.format === 'date-time' ? '2027-01-31T00:00:00Z' : '…'
    default:
      return null
  }
}

/** What is required; of what requires nothing, the first. */
function fieldsOf({ properties = {}, required = [] }: Schema): readonly (readonly [string, Schema])[] {
  const fields = Object.entries(properties)
  return required.length === 0 ? fields.slice(0, 1) : fields.filter(([name]) => required.includes(name))
}
