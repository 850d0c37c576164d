import { ROLES } from '@wharden/policy'
import { z } from 'zod'

/** What a member is in an organization. An auditor reads policies, audit and activity, and neither pulls nor pushes. */
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>
