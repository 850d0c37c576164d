import { z } from 'zod'
import { needs } from './access.ts'
import { Timestamp } from './names.ts'
import { procedure } from './procedure.ts'

const count = z.number().int().min(0)

const Garbage = z.object({
  blobs: count,
  bytes: count,
  complete: z.boolean().describe('false: there is more; it was counted up to 10,000'),
})

const GcRun = z.object({
  startedAt: Timestamp,
  endedAt: Timestamp.nullable().describe('null: it is running, or its server died in it and another goes on'),
  askedBy: z.string().nullable().describe('null: it was due'),
  afterSeconds: count,
  links: count.describe('repositories that let go of a blob none of their manifests needs'),
  marked: count.describe('blobs no repository links any more: a later run deletes them'),
  blobs: count.describe('blobs that were deleted'),
  bytes: count.describe('their bytes'),
  keys: count.describe('files or objects that were deleted, those of cancelled uploads included'),
  complete: z.boolean().describe('false: it stopped at its bound, and the next run goes on at once'),
})

export const GcState = z.object({
  afterSeconds: count.describe('how long nothing must have needed a blob'),
  everySeconds: count,
  last: GcRun.nullable(),
  asked: z
    .object({ at: Timestamp, by: z.string(), afterSeconds: count })
    .nullable()
    .describe('a run somebody asked for and that has not ended yet'),
  due: Garbage.describe('what was not needed for that long: the next runs mark it, then delete it'),
  unneeded: Garbage.describe('all that nothing needs at this moment, pushes under way included'),
})
export type GcState = z.infer<typeof GcState>

const afterSeconds = (schema: z.ZodNumber | z.ZodCoercedNumber<number>) =>
  schema.int().min(0).max(31_536_000).optional().describe('instead of the time that is set')

export const gc = {
  show: procedure({
    method: 'GET',
    path: '/gc',
    operationId: 'gc_show',
    tag: 'gc',
    summary: 'When garbage was last collected, and what would be deleted next',
    access: needs('installation/read', 'installation'),
  })
    .input(z.object({ afterSeconds: afterSeconds(z.coerce.number<number>()) }))
    .output(GcState),

  run: procedure({
    method: 'POST',
    path: '/gc/runs',
    operationId: 'gc_run',
    tag: 'gc',
    summary: 'Collect garbage now',
    description:
      'The server that does such work begins within seconds; `asked` of `gc_show` is null once it has ended. With a shorter time than is set, pushes that take longer than that must send some of their blobs again.',
    access: needs('installation/edit', 'installation'),
  })
    .input(z.object({ afterSeconds: afterSeconds(z.number()) }))
    .output(GcState),
}
