import type { CompanyOwner, GroupMember } from '@wharden/api'
import type { View } from '../output/view.ts'

/** Somebody who belongs to something, and since when. */
export const PERSON_VIEW: View<CompanyOwner | GroupMember> = [
  ['USER', ({ user }) => user],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['SINCE', ({ since }) => since],
]
