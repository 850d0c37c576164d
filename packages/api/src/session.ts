import { z } from 'zod'
import { CompanyName, CredentialId, GroupName, OrganizationName, Timestamp, UserName } from './names.ts'
import { CredentialKind } from './credential-kind.ts'
import { pageOf, Paging } from './paging.ts'
import { Role } from './role.ts'
import { ACCESS } from './access.ts'
import { procedure } from './procedure.ts'

/** Shown once; sent from then on as `Authorization: Bearer`. */
export const SessionSecret = z.object({ secret: z.string(), expiresAt: Timestamp })

const Membership = z.object({
  organization: OrganizationName,
  role: Role,
  groups: z.array(GroupName).describe('those they are in there'),
})

/** Whom the request's credential speaks for. */
export const Whoami = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user'),
    user: UserName,
    displayName: z.string(),
    installationAdministrator: z.boolean(),
    memberships: z.array(Membership),
    companies: z.array(CompanyName).describe('those they own'),
    credential: z.object({ id: CredentialId, kind: CredentialKind, expiresAt: Timestamp.nullable() }),
  }),
  z.object({
    type: z.literal('organization'),
    organization: OrganizationName,
    name: z.string().describe("the token's label or name"),
    credential: z.object({ id: CredentialId, kind: CredentialKind, expiresAt: Timestamp.nullable() }),
  }),
])
export type Whoami = z.infer<typeof Whoami>

export const Session = z.object({
  id: CredentialId,
  current: z.boolean().describe('whether it is the one that asks'),
  createdAt: Timestamp,
  address: z.string().describe('where it was begun'),
  userAgent: z.string().describe('by what program'),
  lastUsed: z.object({ at: Timestamp, address: z.string() }).nullable(),
  expiresAt: Timestamp.nullable(),
})
export type Session = z.infer<typeof Session>

export const EndedSessions = z.object({ ended: z.int().describe('how many sessions ended') })

export const session = {
  create: procedure({
    method: 'POST',
    path: '/sessions',
    operationId: 'session_create',
    tag: 'sessions',
    summary: 'Sign in with user name and password',
    access: ACCESS.public,
    successStatus: 201,
  })
    .input(z.object({ user: z.string().min(1).max(256), password: z.string().min(1).max(256) }))
    .output(SessionSecret.extend({ user: UserName })),

  show: procedure({
    method: 'GET',
    path: '/sessions/current',
    operationId: 'session_show',
    tag: 'sessions',
    summary: 'Say who is signed in',
    description: 'Takes every kind of credential, not only a session.',
    access: ACCESS.signedIn,
  }).output(Whoami),

  delete: procedure({
    method: 'DELETE',
    path: '/sessions/current',
    operationId: 'session_delete',
    tag: 'sessions',
    summary: 'Sign out',
    access: ACCESS.signedIn,
    successStatus: 204,
  }).output(z.void()),

  list: procedure({
    method: 'GET',
    path: '/sessions',
    operationId: 'session_list',
    tag: 'sessions',
    summary: 'List where you are signed in',
    access: ACCESS.signedIn,
  })
    .input(Paging)
    .output(pageOf(Session)),

  end: procedure({
    method: 'DELETE',
    path: '/sessions/{session}',
    operationId: 'session_end',
    tag: 'sessions',
    summary: 'End one of your sessions',
    access: ACCESS.signedIn,
    successStatus: 204,
  })
    .input(z.object({ session: CredentialId }))
    .output(z.void()),

  endAll: procedure({
    method: 'DELETE',
    path: '/sessions',
    operationId: 'session_end_all',
    tag: 'sessions',
    summary: 'Sign out everywhere',
    description: 'This session ends, too. Tokens are no sessions: they go on.',
    access: ACCESS.signedIn,
  }).output(EndedSessions),
}
