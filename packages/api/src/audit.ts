import { z } from 'zod'
import { OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'

export const AuditActor = z.object({
  type: z.enum(['user', 'organization', 'system', 'anonymous']),
  name: z.string(),
  credential: z.string().nullable(),
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
        actor: z.string().max(100).optional(),
        event: z.string().max(100).optional(),
        subject: z.string().max(255).optional(),
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
}
