import type { OrganizationId } from '@wharden/policy'

/** The id of the row that the first migration makes. */
export const INSTALLATION = 'installation' as OrganizationId
