import { z } from 'zod'
import { OrganizationName, Password, Timestamp, UserName } from './names.ts'
import { Organization } from './organization.ts'
import { ACCESS } from './access.ts'
import { procedure } from './procedure.ts'
import { SessionSecret } from './session.ts'
import { User } from './user.ts'

export const SetupState = z.discriminatedUnion('type', [
  z
    .object({ type: z.literal('waiting'), expiresAt: Timestamp })
    .describe('the one-time secret is still good'),
  z.object({ type: z.literal('expired') }).describe('restart the server for a new one-time secret'),
  z.object({ type: z.literal('complete') }),
])

export const setup = {
  state: procedure({
    method: 'GET',
    path: '/setup',
    operationId: 'setup_state',
    tag: 'setup',
    summary: 'Say whether the installation has its first administrator',
    access: ACCESS.public,
  }).output(SetupState),

  complete: procedure({
    method: 'POST',
    path: '/setup',
    operationId: 'setup_complete',
    tag: 'setup',
    summary: 'Make the first administrator, and if wished the first organization',
    description:
      'The secret is the one the server printed at its first start. It works once; afterwards, or when it has expired, the answer is `gone`. The administrator owns the organization.',
    access: ACCESS.public,
    successStatus: 201,
  })
    .input(
      z.object({
        secret: z.string().min(1).max(256),
        user: UserName,
        password: Password,
        displayName: z.string().max(100).optional(),
        organization: OrganizationName.optional(),
      }),
    )
    .output(z.object({ user: User, organization: Organization.nullable(), session: SessionSecret })),
}
