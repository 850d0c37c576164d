/**
 * Policies between their two forms: as the API has them (one list of rules, each with its effect and id) and as documents
 * that `@wharden/policy` reads and the store keeps.
 */
import { hash } from 'node:crypto'
import type { ImageCategory, PolicyKind, PolicyMode, RegistryOperation } from '@wharden/policy'
import type { PolicyRecord } from '../../stores/metadata/port/installation.ts'
import type { Json, JsonObject } from '../../stores/metadata/port/page.ts'

export type Mode = PolicyMode

type RuleInput = {
  readonly id?: string | undefined
  readonly effect: 'allow' | 'deny'
  readonly until?: string | undefined
  readonly note?: string | undefined
}

export type ImageAccessInput = {
  readonly mode: Mode
  readonly categories: readonly ImageCategory[]
  readonly exemptOwners: boolean
  readonly namespaces: readonly string[]
  readonly categoryRules: readonly {
    readonly id?: string | undefined
    readonly repository: string
    readonly category: ImageCategory
  }[]
  readonly rules: readonly (RuleInput & {
    readonly repository: string
    readonly tag?: string | undefined
    readonly digest?: string | undefined
  })[]
}

export type RegistryAccessInput = {
  readonly mode: Mode
  readonly rules: readonly (RuleInput & {
    readonly host: string
    readonly operations: readonly RegistryOperation[]
  })[]
}

export type Documents = { readonly [Kind in PolicyKind]?: JsonObject }

export function readDocuments(records: readonly PolicyRecord[]): Documents {
  return Object.fromEntries(records.map(({ kind, document }) => [kind, document]))
}

/** From the API's form. */
export const documentOf = {
  signIn: ({ mode }: { readonly mode: Mode }): JsonObject => ({ mode }),

  registryAccess: ({ mode, rules }: RegistryAccessInput): JsonObject => ({
    mode,
    rules: rules.map(({ host, operations, ...rule }) => ({
      ...ruleDocument(rule, 'registry-access', host),
      effect: rule.effect,
      host,
      operations,
    })),
  }),

  imageAccess: ({
    mode,
    categories,
    exemptOwners,
    namespaces,
    categoryRules,
    rules,
  }: ImageAccessInput): JsonObject => {
    const withEffect = (effect: 'allow' | 'deny') =>
      rules
        .filter((rule) => rule.effect === effect)
        .map(({ repository, tag, digest, ...rule }) => {
          const image = [
            repository,
            tag === undefined ? '' : `:${tag}`,
            digest === undefined ? '' : `@${digest}`,
          ].join('')
          return defined({ ...ruleDocument(rule, 'image-access', image), repository, tag, digest })
        })
    return {
      mode,
      categories,
      exemptOwners,
      namespaces,
      categoryRules: categoryRules.map(({ id, repository, category }) => ({
        id: id ?? idFor('image-access', category, repository),
        repository,
        category,
      })),
      allow: withEffect('allow'),
      deny: withEffect('deny'),
    }
  },
}

function ruleDocument({ id, effect, until, note }: RuleInput, kind: PolicyKind, what: string): JsonObject {
  return defined({
    id: id ?? idFor(kind, effect, what),
    until: until === undefined ? undefined : Date.parse(until),
    reason: note,
  })
}

/** What a decision names. It says what the rule is about where that fits: ids are at most 64 characters. */
function idFor(kind: PolicyKind, effect: string, what: string): string {
  const id = `${kind}:${effect}:${what}`
  return id.length <= 64 ? id : `${kind}:${effect}:${hash('sha256', what).slice(0, 16)}`
}

function defined(fields: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

type Rows = readonly JsonObject[]

/** To the API's form; what an organization has not written is the default, which is off. */
export function signInView(document: JsonObject | undefined) {
  return { mode: modeIn(document) }
}

export function registryAccessView(document: JsonObject | undefined) {
  if (document === undefined) return { mode: 'off' as const, rules: [DOCKER_HUB] }
  return {
    mode: modeIn(document),
    rules: rowsIn(document, 'rules').map((row) => ({
      ...ruleView(row),
      effect: row['effect'] === 'deny' ? ('deny' as const) : ('allow' as const),
      host: textIn(row, 'host') ?? '',
      operations: (row['operations'] ?? []) as RegistryOperation[], // written by `documentOf`, checked by policy
    })),
  }
}

const DOCKER_HUB = {
  id: 'registry-access:allow:docker.io',
  effect: 'allow' as const,
  host: 'docker.io',
  operations: ['pull', 'push'] satisfies RegistryOperation[] as RegistryOperation[],
}

export function imageAccessView(document: JsonObject | undefined) {
  const rulesWith = (effect: 'allow' | 'deny') =>
    rowsIn(document, effect).map((row) => ({
      ...ruleView(row),
      effect,
      repository: textIn(row, 'repository') ?? '',
      ...optionalText(row, 'tag'),
      ...optionalText(row, 'digest'),
    }))
  return {
    mode: modeIn(document),
    // Lists written by `documentOf`, checked by policy.
    categories: (document?.['categories'] ?? ['official', 'verified-publisher']) as ImageCategory[],
    exemptOwners: document?.['exemptOwners'] !== false,
    namespaces: (document?.['namespaces'] ?? []) as string[],
    categoryRules: rowsIn(document, 'categoryRules').map((row) => ({
      ...optionalText(row, 'id'),
      repository: textIn(row, 'repository') ?? '',
      category: row['category'] as ImageCategory,
    })),
    rules: [...rulesWith('allow'), ...rulesWith('deny')],
  }
}

function ruleView(row: JsonObject) {
  const { until, reason } = row
  return {
    ...optionalText(row, 'id'),
    ...(typeof until === 'number' && { until: new Date(until).toISOString() }),
    ...(typeof reason === 'string' && { note: reason }),
  }
}

function modeIn(document: JsonObject | undefined): Mode {
  const mode = document?.['mode']
  return mode === 'report' || mode === 'enforce' ? mode : 'off'
}

function rowsIn(document: JsonObject | undefined, field: string): Rows {
  const rows = document?.[field]
  return Array.isArray(rows) ? (rows as Rows) : [] // an array of objects, as policy checked
}

function textIn(row: JsonObject, field: string): string | undefined {
  const value = row[field]
  return typeof value === 'string' ? value : undefined
}

function optionalText<Field extends string>(row: JsonObject, field: Field): { [Key in Field]?: string } {
  const value = textIn(row, field)
  return value === undefined ? {} : ({ [field]: value } as { [Key in Field]?: string })
}
