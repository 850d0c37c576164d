import { z } from 'zod'

/** A body of any length, sent as it is made: of the types that the procedure names in `answers`. */
export const Streamed = z.object({
  headers: z.object({ 'content-type': z.string(), 'content-disposition': z.string() }),
  body: z.custom<ReadableStream<Uint8Array>>((value) => value instanceof ReadableStream),
})

export const ExportFormat = z.enum(['jsonl', 'csv'])
