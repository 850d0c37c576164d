/** The records of a CSV file (RFC 4180), empty lines left out. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]]
  for (const [whole, quoted, plain = '', end] of text.replace(/^\uFEFF/, '').matchAll(CELL)) {
    if (whole === '' && records.at(-1)?.length === 0) continue
    records.at(-1)?.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (end !== ',') records.push([])
  }
  return records.filter((record) => record.some((cell) => cell !== ''))
}

/** A cell and what ends it: a comma, the end of a line, or of the file. */
const CELL = /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^,\r\n]*))(,|\r\n|\r|\n|$)/g
