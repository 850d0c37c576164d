import { CliError } from '../cli-error.ts'
import { colourJson } from './colour-json.ts'
import { plainText } from './plain-text.ts'
import type { Cell, View } from './view.ts'

export const OUTPUT_FORMATS = ['table', 'json', 'jsonc', 'tsv', 'yaml'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/**
 * Writes a value out. With a JMESPath query (https://jmespath.org) what it selects is shown instead, and the table's
 * columns come from what was selected.
 * @throws CliError for a query that can't be read
 */
export async function render<Row>(
  value: Row | readonly Row[],
  view: View<Row>,
  format: OutputFormat,
  query: string | undefined,
): Promise<string> {
  const chosen: unknown = query === undefined ? value : await search(value, query)
  switch (format) {
    case 'json':
      return `${JSON.stringify(chosen ?? null, null, 2)}\n`
    case 'jsonc':
      return `${colourJson(JSON.stringify(chosen ?? null, null, 2))}\n`
    case 'yaml':
      return (await import('yaml')).stringify(chosen ?? null)
    case 'tsv':
      return tsv(chosen)
    case 'table':
      return query === undefined ? viewTable(value, view) : anyTable(chosen)
  }
}

async function search(value: unknown, query: string): Promise<unknown> {
  const { default: jmespath } = await import('jmespath')
  try {
    return jmespath.search(value, query)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not a query'
    throw new CliError('usage', `the query \`${query}\` cannot be read: ${why}`, 'see https://jmespath.org', {
      cause,
    })
  }
}

/** One line per item, tabs between values, nothing quoted: `--query 'secrets[0].value' -o tsv` is the value itself. */
function tsv(value: unknown): string {
  const rows = Array.isArray(value) ? value : [value]
  return rows.map((row) => `${fields(row).map(scalar).join('\t')}\n`).join('')
}

function fields(row: unknown): readonly unknown[] {
  if (Array.isArray(row)) return row
  return typeof row === 'object' && row !== null ? Object.values(row) : [row]
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) return ''
  return plainText(typeof value === 'string' ? value : JSON.stringify(value))
}

function viewTable<Row>(value: Row | readonly Row[], view: View<Row>): Promise<string> {
  const header = view.map(([name]) => name)
  const isList = (candidate: Row | readonly Row[]): candidate is readonly Row[] => Array.isArray(candidate)
  const rows = isList(value) ? value : [value]
  return table(
    header,
    rows.map((row) => view.map(([, cell]) => cellText(cell(row)))),
  )
}

function anyTable(value: unknown): Promise<string> {
  const rows = (Array.isArray(value) ? value : [value]).filter((row) => row !== null && row !== undefined)
  const header = [...new Set(rows.flatMap((row) => (isRecord(row) ? Object.keys(row) : ['result'])))]
  return table(
    header.map((name) => name.toUpperCase()),
    rows.map((row) => header.map((name) => scalar(isRecord(row) ? row[name] : row))),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  return plainText(typeof cell === 'object' ? cell.join(', ') : String(cell))
}

/** Columns by two spaces, no rules or frames: eyes and `awk` both get along with it. */
async function table(header: readonly string[], rows: readonly (readonly string[])[]): Promise<string> {
  if (rows.length === 0) return ''
  const { default: Table } = await import('cli-table3')
  const made = new Table({
    chars: FRAMELESS,
    style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [] },
  })
  made.push([...header], ...rows.map((row) => [...row]))
  const lines = made.toString().split('\n')
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

const FRAMELESS = {
  ...Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((place) => [`${side}${place}`, '']),
    ),
  ),
  middle: '  ',
}
