import type { Parameter, Session } from '../session.ts'

/** One text for each of a few numbers of rows: each is prepared once, and within either database's limit on bound values. */
export type ManyRows = readonly { readonly rows: number; readonly sql: string }[]

/** Any number of rows is a sum of a few of these. PostgreSQL binds at most 65,535 values to a statement, SQLite 32,766. */
const ROWS = [256, 128, 64, 32, 16, 8, 4, 2, 1]

/** @param row the placeholders of one row: `(?, ?)` */
export function manyRows(row: string, statement: (rows: string) => string): ManyRows {
  return ROWS.map((rows) => ({
    rows,
    sql: statement(Array.from({ length: rows }, () => row).join(', ')),
  }))
}

/** @returns what the statements return, if they do */
export async function runManyRows<Row>(
  session: Session,
  statements: ManyRows,
  values: readonly (readonly Parameter[])[],
): Promise<readonly Row[]> {
  const found: Row[] = []
  let start = 0
  for (const { rows, sql } of statements) {
    for (; values.length - start >= rows; start += rows) {
      found.push(...(await session.hot<Row>(sql, ...values.slice(start, start + rows).flat())))
    }
  }
  return found
}
