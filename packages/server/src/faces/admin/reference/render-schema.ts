import type { OpenAPI } from '@orpc/openapi'
import { html, type Html, type Part } from '../html.ts'
import { marked } from './marked.ts'

/** What of JSON Schema our descriptions use. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

const REF = '#/components/schemas/'

/** As itself, or as the shared one that it names. */
export function schemaNamed(schema: unknown, document: OpenAPI.Document): Schema {
  const own = asSchema(schema)
  if (own.$ref === undefined) return own
  return asSchema(document.components?.schemas?.[own.$ref.slice(REF.length)])
}

function asSchema(schema: unknown): Schema {
  return typeof schema === 'object' && schema !== null ? schema : {}
}

/** A table of everything in a document of this form, what is inside of something behind a dot; a link where it is shared. */
export function renderFields(given: unknown): Part {
  const schema = asSchema(given)
  if (schema.$ref !== undefined) return html`<p>${describeType(schema)}</p>`
  const rows = rowsOf(schema, '')
  if (rows.length === 0)
    return html`<p><span class="type">${describeType(schema)}</span> ${marked(schema.description)}</p>`
  return html`<table>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function rowsOf(schema: Schema, path: string): readonly Html[] {
  const variants = variantsOf(schema)
  if (variants.length > 1)
    return variants.flatMap((variant, index) => [either(variant, index), ...rowsOf(variant, path)])
  const [only = schema] = variants
  if (only.type === 'array' && only.items !== undefined)
    return rowsOf(only.items, `${path.replace(/\.$/, '')}[].`)
  return Object.entries(only.properties ?? {}).flatMap(([name, field]) => [
    row(`${path}${name}`, field, only.required?.includes(name) === true),
    ...(hasFields(field) ? rowsOf(field, `${path}${name}.`) : []),
  ])
}

/** Those that hold fields; `null` and plain text say all they have to say as types. */
function variantsOf({ anyOf, oneOf }: Schema): readonly Schema[] {
  return (anyOf ?? oneOf ?? []).filter(hasFields)
}

function hasFields(schema: Schema): boolean {
  return (
    schema.properties !== undefined ||
    (schema.items !== undefined && hasFields(schema.items)) ||
    [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(hasFields)
  )
}

function either(variant: Schema, index: number): Html {
  const fixed = Object.entries(variant.properties ?? {}).find(([, field]) => field.const !== undefined)
  const when =
    fixed === undefined ? undefined : html`<code>${fixed[0]}</code> is <code>${String(fixed[1].const)}</code>`
  return html`<tr class="either">
    <th scope="rowgroup" colspan="2">
      ${index === 0 ? 'either' : 'or'} ${when === undefined ? '' : ['where ', when]}
    </th>
  </tr>`
}

function row(name: string, field: Schema, required: boolean): Html {
  return html`<tr>
    <th scope="row"><code>${name}</code>${required ? html` <small>required</small>` : undefined}</th>
    <td><span class="type">${describeType(field)}</span> ${marked(field.description)}</td>
  </tr>`
}

/** In words: `text, 1 to 100 characters`, `list of Token`, `one of "pat", "oat"`. */
export function describeType(given: unknown): Part {
  const schema = asSchema(given)
  const { $ref, items, additionalProperties, default: preset } = schema
  if ($ref !== undefined)
    return html`<a href="#schema-${$ref.slice(REF.length)}">${$ref.slice(REF.length)}</a>`
  const after =
    preset === undefined || (Array.isArray(preset) && preset.length === 0)
      ? ''
      : `; ${JSON.stringify(preset)} if not said`
  if (schema.enum !== undefined)
    return [`one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`, after]
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return [joined(variants), after]
  if (schema.type === 'array')
    return [listOf(items ?? {}), bounds(schema.minItems, schema.maxItems, 'items'), after]
  if (schema.type === 'object')
    return typeof additionalProperties === 'object'
      ? ['names and ', describeType(additionalProperties)]
      : 'object'
  return [
    PLAIN[schema.format ?? ''] ?? PLAIN[schema.type ?? ''] ?? schema.type ?? 'anything',
    limits(schema),
    exampleOf(schema),
    after,
  ]
}

function listOf(items: Schema): Part {
  if (items.type === 'object' || (items.$ref === undefined && hasFields(items))) return 'list of objects'
  return [items.enum === undefined ? 'list of ' : 'list, each ', describeType(items)]
}

/** Objects among alternatives are told apart by their rows. */
function joined(variants: readonly Schema[]): Part {
  const told = variants.map((variant) =>
    hasFields(variant) && variant.$ref === undefined ? 'object' : describeType(variant),
  )
  const different = told.filter((part, index) => part !== 'object' || told.indexOf('object') === index)
  return different.map((part, index) => [index === 0 ? '' : ' or ', part])
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  'date-time': 'time',
  email: 'e-mail address',
}

function limits({ type, minLength, maxLength, minimum, maximum }: Schema): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  return type === 'string' ? bounds(minLength, maxLength, 'characters') : bounds(minimum, most, '')
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  const range =
    least !== undefined && most !== undefined
      ? least === most
        ? `${least}`
        : `${least} to ${most}`
      : most !== undefined
        ? `at most ${most}`
        : least !== undefined && least > 0
          ? `at least ${least}`
          : undefined
  return range === undefined ? '' : `, ${range} ${unit}`.trimEnd()
}

function exampleOf({ examples = [] }: Schema): Part {
  return examples.length === 0
    ? ''
    : [
        ', such as ',
        examples.map((example, index) => [index === 0 ? '' : ', ', html`<code>${String(example)}</code>`]),
      ]
}
