import { parseCsv } from './csv.ts'

/**
 * What a CSV file says of each line in the first of these columns that has something there; of a file without a header that
 * names one, each line's first cell.
 * @param headers in lower case, the likeliest first
 */
export function columnOf(text: string, headers: readonly string[]): readonly string[] {
  const [first = [], ...rest] = parseCsv(text)
  const header = first.map((cell) => cell.toLowerCase())
  const columns = headers.map((name) => header.indexOf(name)).filter((index) => index >= 0)
  const records = columns.length === 0 ? [first, ...rest] : rest
  return records.flatMap((record) => {
    const cells = (columns.length === 0 ? [0] : columns).map((index) => record[index] ?? '')
    return cells.filter((cell) => cell !== '').slice(0, 1)
  })
}
