import type { User } from '@wharden/api'
import type { View } from '../output/view.ts'

export const USER_VIEW: View<User> = [
  ['NAME', ({ name }) => name],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['STATUS', ({ status }) => status],
  ['EMAIL', ({ email }) => email],
  ['ADMINISTRATOR', ({ installationAdministrator }) => (installationAdministrator ? 'yes' : 'no')],
  ['PASSWORD', ({ hasPassword }) => (hasPassword ? 'set' : 'not set')],
  ['CREATED', ({ createdAt }) => createdAt],
]
