import { parseRepositoryName, type RepositoryName } from './repository-name.ts'

/** In canonical order. `*` is everything, and the catalog's only action; `metadata_…` are ACR's. */
export const SCOPE_ACTIONS = ['pull', 'push', 'delete', 'metadata_read', 'metadata_write', '*'] as const

export type ScopeAction = (typeof SCOPE_ACTIONS)[number]

/** What a token is asked for, and what it grants. Actions are unique, in canonical order, at least one. */
export type Scope =
  | { readonly type: 'repository'; readonly name: RepositoryName; readonly actions: readonly ScopeAction[] }
  | { readonly type: 'registry'; readonly name: 'catalog'; readonly actions: readonly ['*'] }

/** A scope as the grammar splits it, before anything is known of what it names. */
export type RawScope = {
  readonly type: string
  /** Docker's retired `repository(plugin)`: read, and ignored. */
  readonly class?: string
  /** May hold a colon: `localhost:5000/app`. */
  readonly name: string
  readonly actions: readonly string[]
}

/** Scopes a token may be asked for at once: a push with mounts from many repositories asks for a handful. */
export const SCOPE_LIMIT = 20

const TYPE = /^([a-z0-9]+)(?:\(([a-z0-9]+)\))?$/

/**
 * Splits one scope, `type[(class)]:name:action[,action…]`, at its first and last colons.
 * https://distribution.github.io/distribution/spec/auth/scope/#resource-scope-grammar
 */
export function splitScope(text: string): RawScope | undefined {
  const first = text.indexOf(':')
  const last = text.lastIndexOf(':')
  const type = first === last ? undefined : splitType(text.slice(0, first))
  return type && { ...type, name: text.slice(first + 1, last), actions: text.slice(last + 1).split(',') }
}

function splitType(text: string): Pick<RawScope, 'type' | 'class'> | undefined {
  // The one type that matters needs no expression: a third of the time to split a scope.
  if (text === 'repository') return { type: text }
  const [, type, resourceClass] = TYPE.exec(text) ?? []
  if (type === undefined) return undefined
  return resourceClass === undefined ? { type } : { type, class: resourceClass }
}

/**
 * Reads the `scope` parameters of a token request: repeated, each a list separated by spaces. Scopes of one name are
 * merged; the result is in canonical order (the catalog, then repositories by name). What we don't know is dropped,
 * as asking for too much is no error: other types and actions, names that aren't repositories of a registry that is
 * asked by path (`*`, `localhost:5000/app`), and what comes after the first `limit` names.
 */
export function parseScopes(values: readonly string[], limit = SCOPE_LIMIT): readonly Scope[] {
  const asked = new Map<string, number>()
  for (const value of values) for (const text of value.split(' ')) collect(asked, text, limit)
  return [...asked].sort(byKey).map(toScope)
}

// A key is the scope up to its actions ('repository:acme/app'); actions are a set of bits, by place in SCOPE_ACTIONS.
const CATALOG = 'registry:catalog'
const REPOSITORY = 'repository:'

function collect(asked: Map<string, number>, text: string, limit: number): void {
  const scope = text === '' ? undefined : splitScope(text)
  const key = scope && keyOf(scope)
  if (scope === undefined || key === undefined) return
  const bits = actionBits(scope.actions) & (key === CATALOG ? ALL_BIT : ~0)
  const before = asked.get(key)
  if (bits === 0 || (before === undefined && asked.size >= limit)) return
  asked.set(key, (before ?? 0) | bits)
}

function keyOf({ type, name }: RawScope): string | undefined {
  if (type === 'repository') return parseRepositoryName(name).type === 'ok' ? REPOSITORY + name : undefined
  return type === 'registry' && name === 'catalog' ? CATALOG : undefined
}

const BITS: ReadonlyMap<string, number> = new Map(SCOPE_ACTIONS.map((action, place) => [action, 1 << place]))
const ALL_BIT = 1 << SCOPE_ACTIONS.indexOf('*')

function actionBits(actions: readonly string[]): number {
  return actions.reduce((bits, action) => bits | (BITS.get(action) ?? 0), 0)
}

/** Every set of actions, by its bits: made once, shared by all scopes. */
const ACTIONS: readonly (readonly ScopeAction[])[] = Array.from(
  { length: 1 << SCOPE_ACTIONS.length },
  (_, bits) => Object.freeze(SCOPE_ACTIONS.filter((_action, place) => (bits & (1 << place)) !== 0)),
)

function byKey([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function toScope([key, bits]: readonly [string, number]): Scope {
  if (key === CATALOG) return { type: 'registry', name: 'catalog', actions: ['*'] }
  const name = key.slice(REPOSITORY.length) as RepositoryName
  return { type: 'repository', name, actions: ACTIONS[bits] ?? [] }
}

/** `repository:acme/app:pull,push` */
export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(',')}`
}
