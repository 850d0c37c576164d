import type { Acceptance, Invite, Invited } from '@wharden/api'
import type { View } from '../output/view.ts'

export const INVITE_VIEW: View<Invite> = [
  ['ID', ({ id }) => id],
  ['ORGANIZATION', ({ organization }) => organization],
  ['INVITEE', ({ invitee }) => invitee],
  ['ROLE', ({ role }) => role],
  ['GROUP', ({ group }) => group],
  ['STATE', ({ state }) => state],
  ['INVITED BY', ({ invitedBy }) => invitedBy],
  ['SENT', ({ sentAt }) => sentAt],
  ['EXPIRES', ({ expiresAt }) => expiresAt],
]

export const INVITED_VIEW: View<Invited> = [
  ['INVITEE', ({ invitee }) => invitee],
  ['OUTCOME', ({ outcome }) => outcome],
  ['LINK', ({ link }) => link?.url],
  ['REMARK', ({ message }) => message],
]

export const ACCEPTANCE_VIEW: View<Acceptance> = [
  ['ORGANIZATION', ({ organization }) => organization],
  ['USER', ({ user }) => user],
  ['ROLE', ({ role }) => role],
  ['GROUP', ({ group }) => (group?.joined === true ? group.name : undefined)],
]
