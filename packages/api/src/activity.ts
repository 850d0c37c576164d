import { z } from 'zod'
import { OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'
import { ExportFormat, Streamed } from './streamed.ts'

export const ActivityType = z.enum(['token-issued', 'pull', 'push', 'delete', 'refusal'])

export const ActivityEntry = z.object({
  at: Timestamp,
  type: ActivityType,
  principal: z.string(),
  credential: z.string().nullable(),
  resource: z.string(),
  reference: z.string().nullable().describe('tag or digest'),
  action: z.string(),
  outcome: z.enum(['allow', 'deny', 'report']),
  message: z.string().nullable(),
  decision: z.string().nullable(),
  address: z.string().nullable(),
  bytes: z.number().int().min(0).nullable(),
  count: z.number().int().min(1),
})
export type ActivityEntry = z.infer<typeof ActivityEntry>

const Filter = z.object({
  organization: OrganizationName.optional().describe('absent: what belongs to no organization'),
  type: ActivityType.optional(),
  outcome: z.enum(['allow', 'deny', 'report']).optional(),
  principal: z.string().max(100).optional(),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
})

export const activity = {
  list: procedure({
    method: 'GET',
    path: '/activity',
    operationId: 'activity_list',
    tag: 'activity',
    summary: 'Pulls, pushes and refusals, newest first',
    description:
      'Written in batches within a second; under a flood entries are dropped and counted, and `dropped` says how many.',
    access: needs('activity/read', 'organization'),
  })
    .input(Filter.extend(Paging.shape))
    .output(pageOf(ActivityEntry).extend({ dropped: z.number().int().min(0) })),

  export: procedure({
    method: 'GET',
    path: '/activity/export',
    operationId: 'activity_export',
    tag: 'activity',
    summary: 'The log as a file, newest first, however long it is',
    access: needs('activity/read', 'organization'),
    answers: {
      'application/x-ndjson': 'an entry per line, each as in a list',
      'text/csv': 'a header and a row per entry, made safe for spreadsheets',
    },
  })
    .input(Filter.extend({ format: ExportFormat.default('jsonl') }))
    .output(Streamed),
}
