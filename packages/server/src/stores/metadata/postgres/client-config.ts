import pg from 'pg'

/** https://www.postgresql.org/docs/current/datatype-numeric.html: times, sizes, counts and versions are int8. */
const INT8 = 20

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)
  },
}

function parseInt8(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`\`${text}\` from the database is too large a number`)
  return number
}

/** Milliseconds after which the server gives up a statement. */
const STATEMENT_LIMIT = 30_000

export function clientConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types,
    application_name: 'wharden',
    connectionTimeoutMillis: 5_000,
    // Of the server; and of this side, for a server that has gone without a word.
    statement_timeout: STATEMENT_LIMIT,
    query_timeout: STATEMENT_LIMIT + 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}
