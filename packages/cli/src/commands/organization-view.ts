import type { Organization } from '@wharden/api'
import type { View } from '../output/view.ts'

export const ORGANIZATION_VIEW: View<Organization> = [
  ['NAME', ({ name }) => name],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['PLAN', ({ plan }) => plan],
  ['COMPANY', ({ company }) => company],
  ['IMAGES', ({ registry }) => `${registry.path}/…`],
  ['CREATED', ({ createdAt }) => createdAt],
]
