import pg from 'pg'

/** A database, past the product. */
export type Connection = {
  /** A test knows what it asks for. */
  // oxlint-disable-next-line no-explicit-any
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<{ readonly rows: readonly any[] }>
  readonly end: () => Promise<void>
}

export async function connectTo(url: string | undefined): Promise<Connection> {
  const client = new pg.Client({ connectionString: url ?? '' })
  client.on('error', () => undefined)
  await client.connect()
  return {
    query: (sql, values = []) => client.query(sql, [...values]),
    end: () => client.end(),
  }
}
