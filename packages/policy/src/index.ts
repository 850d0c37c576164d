/**
 * What Wharden says. Every enforcement point asks `decide` and renders the answer in its own protocol; `visible` and
 * `grantedActions` are the same answers for many names and many actions; `explain` makes the prose.
 * Pure: no I/O, no clock, no randomness, nothing of the machine.
 */
export { parseAccountName, type AccountName, type AccountNameProblem } from './account-name.ts'
export type {
  CredentialId,
  GroupId,
  OrganizationId,
  RepositoryId,
  RuleId,
  ScopeMapId,
  UserId,
} from './ids.ts'
export {
  HOST_ACTIONS,
  INSTALLATION_ACTIONS,
  NEEDED,
  ORGANIZATION_ACTIONS,
  REPOSITORY_ACTIONS,
  type Action,
  type HostAction,
  type InstallationAction,
  type OrganizationAction,
  type RepositoryAction,
} from './action.ts'
export { ROLES, type Role } from './rights.ts'
export { CREDENTIAL_KINDS, type CredentialKind, type Membership, type Principal } from './principal.ts'
export type { Resource } from './resource.ts'
export type { PathPattern } from './pattern.ts'
export type { Grant, GrantPattern } from './grant.ts'
export { compileGrants, type GrantSet } from './grant-set.ts'
export { IMAGE_CATEGORIES, type ImageCategory } from './image-category.ts'
export type { CategoryRule, ImagePattern, ImageRule } from './image-rule.ts'
export type { ImageAccess } from './image-access.ts'
export type { HostPattern } from './host-pattern.ts'
export { REGISTRY_OPERATIONS, type RegistryOperation, type RegistryRule } from './registry-rule.ts'
export type { RegistryAccess } from './registry-access.ts'
export { POLICY_MODES, type Policy, type PolicyMode, type SignIn } from './policy.ts'
export {
  UNLOCKED,
  type AddressFact,
  type CredentialFact,
  type Facts,
  type ImageFact,
  type Locks,
  type QuotaFact,
  type RepositoryFact,
} from './facts.ts'
export type { Decision, Denial, MissingFact, Question, Reason } from './decision.ts'
export { decide } from './decide.ts'
export type { Visible } from './visible.ts'
export { explain, type Names } from './explain.ts'
