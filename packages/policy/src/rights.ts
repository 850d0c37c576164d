export const ROLES = ['owner', 'editor', 'member', 'auditor'] as const
export type Role = (typeof ROLES)[number]
