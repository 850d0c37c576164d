import { z } from 'zod'
import { ACCESS, needs } from './access.ts'
import { procedure } from './procedure.ts'

export const SystemVersion = z.object({
  product: z.literal('wharden'),
  version: z.string(),
  api: z.literal('v1'),
})

/** What a machine needs to trust this server. All of it is public. */
export const SystemTrust = z.object({
  certificateAuthority: z
    .object({ pem: z.string(), sha256: z.string().describe('fingerprint of the certificate, hexadecimal') })
    .nullable()
    .describe('null: the server shows a certificate that machines trust already'),
  registries: z.array(z.string()).describe('`HOST:PORT` of each registry address it serves over TLS'),
})
export type SystemTrust = z.infer<typeof SystemTrust>

export const SystemCheck = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'failed', 'skipped']),
  detail: z.string(),
  advice: z.string().nullable(),
})
export type SystemCheck = z.infer<typeof SystemCheck>

export const SystemHealth = z.object({
  status: z.enum(['ok', 'warning', 'failed']),
  version: z.string(),
  startedAt: z.iso.datetime(),
  checks: z.array(SystemCheck),
})
export type SystemHealth = z.infer<typeof SystemHealth>

export const system = {
  version: procedure({
    method: 'GET',
    path: '/version',
    operationId: 'system_version',
    tag: 'system',
    summary: 'Say what answers here',
    access: ACCESS.public,
  }).output(SystemVersion),

  trust: procedure({
    method: 'GET',
    path: '/trust',
    operationId: 'system_trust',
    tag: 'system',
    summary: 'The certificate authority of this server, and its registry addresses',
    access: ACCESS.public,
  }).output(SystemTrust),

  health: procedure({
    method: 'GET',
    path: '/health',
    operationId: 'system_health',
    tag: 'system',
    summary: 'How the server is, one line per thing it stands on',
    access: needs('installation/read', 'installation'),
  }).output(SystemHealth),
}
