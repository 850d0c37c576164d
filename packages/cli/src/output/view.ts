/** How a thing looks as a table: header and cell, column by column. JSON, YAML and TSV show the thing itself. */
export type View<Row> = readonly (readonly [header: string, cell: (row: Row) => Cell])[]

export type Cell = string | number | boolean | null | undefined | readonly string[]
