import type { Parameter, Session } from '../session.ts'

/** One text for each of a few numbers of rows: each is prepared once, and within either database's limit on bound values. */
export type ManyRows = readonly { readonly rows: number; readonly sql: string }[]

/** @param row the placeholders of one row: `(?, ?)` */
export function manyRows(row: string, statement: (rows: string) => string): ManyRows {
  return [250, 25, 1].map((rows) => ({
    rows,
    sql: statement(Array.from({ length: rows }, () => row).join(', ')),
  }))
}

export async function runManyRows(
  session: Session,
  statements: ManyRows,
  values: readonly (readonly Parameter[])[],
): Promise<void> {
  let start = 0
  for (const { rows, sql } of statements) {
    for (; values.length - start >= rows; start += rows) {
      await session.hot(sql, ...values.slice(start, start + rows).flat())
    }
  }
}
