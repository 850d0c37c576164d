/**
 * The administration contract, as data: one file per noun, zod schemas for what crosses the wire, routes by oRPC.
 * The server implements it, the CLI and the console are typed by it, OpenAPI is generated from it.
 * Nothing here does anything: no I/O, no server, no `node:*`.
 */
export { contract, type Contract } from './api-contract.ts'
export type { ApiClient } from './api-client.ts'
export {
  API_ERRORS,
  invalidFromIssues,
  isApiErrorCode,
  type ApiErrorCode,
  type SchemaIssue,
} from './errors.ts'
export type { Access, ApiMeta } from './access.ts'
export { BASE_PATH, TAGS } from './procedure.ts'
export { COMMAND_LINES } from './command-lines.ts'
export { operations, type Operation } from './operations.ts'
export { openApiOptions } from './openapi-options.ts'
export type { Company, CompanyOwner } from './company.ts'
export type { Group, GroupGrant, GroupMember, GroupPermission } from './group.ts'
export type { Organization, Plan } from './organization.ts'
export type { User } from './user.ts'
export type { Member } from './member.ts'
export type { Acceptance, Invite, Invited } from './invite.ts'
export type { OneTimeLink } from './one-time-link.ts'
export type { Role } from './role.ts'
export type { Repository, RepositoryGroup, RepositoryTag } from './repository.ts'
export type { Image } from './image.ts'
export type { ChangeableAttributes, Lock } from './lock.ts'
export type { IssuedToken, NewToken, Token, TokenChange } from './token.ts'
export { OatOrganizationScope, OatRepositoryScope, PatScope } from './permission.ts'
export type { PersonalToken } from './personal-token.ts'
export type { ReplacedSecret } from './token-secret.ts'
export type { Session, Whoami } from './session.ts'
export type { TokenKind } from './credential-kind.ts'
export type { IssuedServicePrincipal, ServicePrincipal } from './service-principal.ts'
export { azureCloud, type AzureCloudAddress } from './azure-cloud.ts'
export type { ScopeMap } from './scope-map.ts'
export { ImageAccessPolicy, RegistryAccessPolicy, SignInPolicy, type OrganizationPolicy } from './policy.ts'
export type { DecisionExplanation } from './decision.ts'
export type { GcState } from './gc.ts'
export type { Guard, GuardMaterial } from './guard.ts'
export type { JsonWebKeySet } from './key.ts'
export type { AuditEvent, AuditVerification } from './audit.ts'
export type { ActivityEntry } from './activity.ts'
export type { SystemCheck, SystemHealth, SystemTrust } from './system.ts'
