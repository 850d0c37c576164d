import type { Brand } from '@wharden/oci'

/** Ids are opaque, made by the store, never used again: what is deleted and made anew has another id. */
export type OrganizationId = Brand<string, 'OrganizationId'>
export type UserId = Brand<string, 'UserId'>
export type GroupId = Brand<string, 'GroupId'>
export type CompanyId = Brand<string, 'CompanyId'>
export type RepositoryId = Brand<string, 'RepositoryId'>
export type CredentialId = Brand<string, 'CredentialId'>
export type ScopeMapId = Brand<string, 'ScopeMapId'>

/** Names the rule that decided: `role:owner`, `image-access:deny:docker.io/evil/*`, or the id of a stored rule. */
export type RuleId = string
