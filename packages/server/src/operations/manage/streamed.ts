type ExportFormat = 'jsonl' | 'csv'

const TYPES: { readonly [Format in ExportFormat]: string } = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
}

/**
 * An answer that is made as it is read: nothing is asked of `chunks` before the one before has been taken, so that a reader
 * of any speed costs the memory of one.
 * @param name of the file, without its ending
 */
export function streamed(name: string, format: ExportFormat, chunks: AsyncIterable<string>) {
  return {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="${name}.${format}"`,
    },
    body: ReadableStream.from(encoded(chunks)),
  }
}

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) if (chunk !== '') yield Buffer.from(chunk)
}
