import { z } from 'zod'
import { OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'
import { ExportFormat, Streamed } from './streamed.ts'

export const AuditActor = z.object({
  type: z.enum(['user', 'organization', 'system', 'anonymous']),
  id: z.string(),
  name: z.string().describe('as it was then'),
  credential: z.string().nullable().describe('id of the token or session that was used'),
  credentialName: z.string().nullable().describe('its label or login name then'),
})

export const AuditEvent = z.object({
  sequence: z.number().int().min(1).describe('without gaps, per organization'),
  at: Timestamp,
  event: z.string().meta({ examples: ['token_created'] }),
  actor: AuditActor,
  subject: z.string().describe('what it was done to'),
  address: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string().describe('over this event and the one before'),
})
export type AuditEvent = z.infer<typeof AuditEvent>

export const AuditVerification = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('intact'),
    events: z.number().int(),
    head: z.string(),
    signedHead: z
      .string()
      .describe(
        'the head as a JWS by the keys of `key_list`: kept elsewhere, it proves later that nothing was cut off',
      ),
  }),
  z.object({
    type: z.literal('broken'),
    events: z.number().int().describe('how many were intact before it'),
    sequence: z.number().int(),
    reason: z.string(),
  }),
])
export type AuditVerification = z.infer<typeof AuditVerification>

const Tenant = z.object({
  organization: OrganizationName.optional().describe('absent: the installation itself'),
})

export const audit = {
  list: procedure({
    method: 'GET',
    path: '/audit',
    operationId: 'audit_list',
    tag: 'audit',
    summary: 'Who did what, newest first',
    access: needs('audit/read', 'organization'),
  })
    .input(
      Tenant.extend({
        ...Paging.shape,
        actor: z.string().max(100).optional().describe('name or id of a user or token'),
        event: z.string().max(100).optional(),
        subject: z.string().max(300).optional().describe('whole, as shown: `token/…`, `member/acme/bob`'),
        text: z.string().max(100).optional().describe('anywhere in an event, in any case'),
        since: Timestamp.optional(),
        until: Timestamp.optional(),
      }),
    )
    .output(pageOf(AuditEvent)),

  verify: procedure({
    method: 'GET',
    path: '/audit/verification',
    operationId: 'audit_verify',
    tag: 'audit',
    summary: 'Recompute the chain of hashes and say whether it is intact',
    access: needs('audit/read', 'organization'),
  })
    .input(Tenant)
    .output(AuditVerification),

  export: procedure({
    method: 'GET',
    path: '/audit/export',
    operationId: 'audit_export',
    tag: 'audit',
    summary: 'The log as a file, oldest first, however long it is',
    description:
      'The last line of JSONL holds the head, signed. A file that was cut off lacks it; `wharden audit verify --file` checks all of it offline.',
    access: needs('audit/read', 'organization'),
    answers: {
      'application/x-ndjson':
        'a line per event, `{"previousHash":…,"hash":…,"event":…}`, where `hash` is the SHA-256 of the previous one and the text of the event; then a line with the head',
      'text/csv': 'a header and a row per event, made safe for spreadsheets',
    },
  })
    .input(
      Tenant.extend({
        format: ExportFormat.default('jsonl'),
        after: z.coerce.number<number>().int().min(0).optional().describe('go on after this sequence number'),
        since: Timestamp.optional(),
        until: Timestamp.optional(),
      }),
    )
    .output(Streamed),
}
