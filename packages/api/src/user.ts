import { z } from 'zod'
import { OrganizationName, Password, Timestamp, UserName } from './names.ts'
import { OneTimeLink } from './one-time-link.ts'
import { pageOf, Paging } from './paging.ts'
import { ACCESS, needs } from './access.ts'
import { procedure } from './procedure.ts'
import { EndedSessions } from './session.ts'

export const UserStatus = z.enum(['active', 'disabled'])

const settings = {
  displayName: z.string().min(1).max(100),
  email: z.email().max(254).nullable(),
  installationAdministrator: z.boolean(),
}

export const User = z.object({
  name: UserName,
  ...settings,
  status: UserStatus,
  hasPassword: z.boolean().describe('false until the one-time link was used'),
  createdAt: Timestamp,
})
export type User = z.infer<typeof User>

const ByName = z.object({ user: UserName })

export const user = {
  create: procedure({
    method: 'POST',
    path: '/users',
    operationId: 'user_create',
    tag: 'users',
    summary: 'Create a user',
    description: 'Without a password the answer carries a one-time link by which the user sets one.',
    access: needs('user/edit', 'installation'),
    successStatus: 201,
  })
    .input(z.object({ name: UserName, ...z.object(settings).partial().shape, password: Password.optional() }))
    .output(z.object({ user: User, passwordLink: OneTimeLink.nullable() })),

  list: procedure({
    method: 'GET',
    path: '/users',
    operationId: 'user_list',
    tag: 'users',
    summary: 'List users',
    access: needs('user/read', 'installation'),
  })
    .input(Paging)
    .output(pageOf(User)),

  show: procedure({
    method: 'GET',
    path: '/users/{user}',
    operationId: 'user_show',
    tag: 'users',
    summary: 'Show one user',
    access: needs('user/read', 'installation'),
  })
    .input(ByName)
    .output(User),

  update: procedure({
    method: 'PATCH',
    path: '/users/{user}',
    operationId: 'user_update',
    tag: 'users',
    summary: 'Change, disable or enable a user',
    description:
      'A disabled user can do nothing, nor can their personal tokens; tokens of organizations they made go on working. The last active installation administrator stays one.',
    access: needs('user/edit', 'installation'),
  })
    .input(ByName.extend({ ...z.object(settings).partial().shape, status: UserStatus.optional() }))
    .output(
      User.extend({
        withoutActiveOwner: z
          .array(OrganizationName)
          .describe('organizations that this leaves without an owner who is active'),
      }),
    ),

  delete: procedure({
    method: 'DELETE',
    path: '/users/{user}',
    operationId: 'user_delete',
    tag: 'users',
    summary: 'Delete a user',
    description:
      'Their personal tokens die with them; tokens of organizations they made go on working. Not while they are the only owner of an organization, or the last active installation administrator.',
    access: needs('user/edit', 'installation'),
    successStatus: 204,
  })
    .input(ByName)
    .output(z.void()),

  createPasswordLink: procedure({
    method: 'POST',
    path: '/users/{user}/password-links',
    operationId: 'user_create_password_link',
    tag: 'users',
    summary: 'Make a one-time link by which a user sets a new password',
    description: 'Earlier links of the user stop working.',
    access: needs('user/edit', 'installation'),
    successStatus: 201,
  })
    .input(ByName)
    .output(OneTimeLink),

  setPassword: procedure({
    method: 'POST',
    path: '/passwords',
    operationId: 'user_set_password',
    tag: 'users',
    summary: 'Set a password with a one-time link',
    description: 'The secret is the last part of the link. All sessions of the user end.',
    access: ACCESS.public,
    successStatus: 204,
  })
    .input(z.object({ secret: z.string().min(1).max(256), password: Password }))
    .output(z.void()),

  changePassword: procedure({
    method: 'PUT',
    path: '/passwords',
    operationId: 'user_change_password',
    tag: 'users',
    summary: 'Change your own password',
    description: 'Takes a session, and the present password. Your other sessions end; this one goes on.',
    access: ACCESS.signedIn,
    successStatus: 204,
  })
    .input(z.object({ current: z.string().min(1).max(256), password: Password }))
    .output(z.void()),

  endSessions: procedure({
    method: 'DELETE',
    path: '/users/{user}/sessions',
    operationId: 'user_end_sessions',
    tag: 'users',
    summary: 'Sign a user out everywhere',
    description: 'They can sign in again: disable them to prevent that. Their tokens go on.',
    access: needs('user/edit', 'installation'),
  })
    .input(ByName)
    .output(EndedSessions),
}
