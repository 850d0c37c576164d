import type { z } from 'zod'
import { AppError } from '../../errors.ts'
import { targetOf } from './targets.ts'

type Accepting<Schema extends z.ZodType> = { readonly '~orpc': { readonly inputSchema?: Schema | undefined } }

/**
 * What an operation is to be given, held to its contract in the administration API: names, lengths and times have one rule,
 * whoever asks.
 * @throws {AppError} `invalid`
 */
export function accepted<Schema extends z.ZodType>(
  procedure: Accepting<Schema>,
  input: z.input<Schema>,
): z.output<Schema> {
  const { inputSchema } = procedure['~orpc']
  if (inputSchema === undefined) throw new Error('an operation that takes nothing is given something')
  return checked(inputSchema, input)
}

/** @throws {AppError} `invalid`, saying what to give instead */
export function checked<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const read = schema.safeParse(input)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = (issue?.path ?? []).map(String).join('.')
  const message = issue?.message ?? 'not valid'
  const what = field === '' ? 'the body' : `\`${targetOf(field)}\``
  // Some sentences begin with what was sent.
  throw new AppError('invalid', message.startsWith('`') ? message : `${what}: ${message}`, { field })
}
