import type { Compilable, Kysely, RawBuilder } from 'kysely'
import type { Topic } from './port/changes.ts'
import { StoreError } from './store-error.ts'
import type { Tables } from './tables.ts'

/** What may be bound to a statement on both databases. */
export type Parameter = string | number | null | Uint8Array

export type Executed = { readonly rows: readonly unknown[]; readonly changes: number }

/** One connection or transaction of a driver; runs SQL of its own dialect. */
export type Executor = (sql: string, parameters: readonly Parameter[], hot: boolean) => Promise<Executed>

/** What differs between the databases beyond the execution. */
export type Dialect = {
  readonly type: 'sqlite' | 'postgres'
  /** Builds queries and never runs them, so that it can't reach past a transaction. */
  readonly query: Kysely<Tables>
  /** Hot statements are written with `?`. */
  readonly placeholders: (sql: string) => string
  /** Milliseconds since 1970 by the database's clock, which is the same for every node. */
  readonly databaseNow: () => RawBuilder<number>
  /** Ends a SELECT whose rows must stay as they are until the transaction ends; others may hold them too. */
  readonly forShare: string
}

/** What nouns run on: outside of a transaction, or in one. */
export type Session = {
  readonly query: Kysely<Tables>
  readonly databaseNow: () => RawBuilder<number>
  readonly forShare: string
  readonly all: <Row>(query: Compilable<Row>) => Promise<readonly Row[]>
  readonly first: <Row>(query: Compilable<Row>) => Promise<Row | undefined>
  /** @returns how many rows it touched */
  readonly run: (query: Compilable) => Promise<number>
  /** A statement that is prepared once per connection; `Row` is what its author says it gives. */
  readonly hot: <Row>(sql: string, ...parameters: readonly Parameter[]) => Promise<readonly Row[]>
  /** Milliseconds since 1970, by the clock that all nodes go by: see `MetadataStore.now`. */
  readonly now: () => number
}

/** Inside a transaction: who keeps what it alters is told to forget, once it has been committed. */
export type TransactionSession = Session & { readonly announce: (...topics: readonly Topic[]) => void }

export function createSession(dialect: Dialect, execute: Executor, now: () => number): Session {
  const { query, databaseNow, forShare, placeholders } = dialect

  async function executeCompiled(compilable: Compilable): Promise<Executed> {
    const { sql, parameters } = compilable.compile()
    return execute(sql, parameters.map(toParameter), false)
  }

  return {
    query,
    databaseNow,
    forShare,
    now,
    async all<Row>(compilable: Compilable<Row>) {
      return rowsOf<Row>(await executeCompiled(compilable))
    },
    async first<Row>(compilable: Compilable<Row>) {
      return rowsOf<Row>(await executeCompiled(compilable))[0]
    },
    async run(compilable) {
      return (await executeCompiled(compilable)).changes
    },
    async hot<Row>(sql: string, ...parameters: readonly Parameter[]) {
      for (const parameter of parameters) requireStorable(parameter)
      return rowsOf<Row>(await execute(placeholders(sql), parameters, true))
    },
  }
}

/** The one place where rows get their type: the query, or the hot statement's author, vouches for it. */
function rowsOf<Row>(executed: Executed): readonly Row[] {
  return executed.rows as readonly Row[]
}

/**
 * PostgreSQL's texts hold no U+0000, and refuse one by an error of theirs; SQLite's hold it. It is in no text that anybody
 * honest sends, to be kept or to be looked for.
 */
function requireStorable(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0'))
    throw new StoreError('unstorable', 'a text can not hold the character U+0000: leave it out')
}

function toParameter(value: unknown): Parameter {
  requireStorable(value)
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`a ${typeof value} can't be bound to a statement: \`null\`, text, number or bytes can`)
}
