/**
 * What Wharden says. Every enforcement point asks `decide` and renders the answer in its own protocol; `visible` and
 * `grantedActions` are the same answers for many names and many actions; `explain` makes the prose.
 * Pure: no I/O, no clock, no randomness, nothing of the machine.
 */
export { parseAccountName, type AccountName, type AccountNameProblem } from './account-name.ts'
export type {
  CompanyId,
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
export {
  ADMINISTRATOR_RIGHTS,
  ANONYMOUS_RIGHTS,
  COMPANY_OWNER_RIGHTS,
  GROUP_PERMISSIONS,
  GROUP_RIGHTS,
  isOatScope,
  isPatScope,
  isServicePrincipalRole,
  OAT_ORGANIZATION_SCOPES,
  OAT_REPOSITORY_SCOPES,
  OAT_RIGHTS,
  OAT_SCOPES,
  PAT_RIGHTS,
  PAT_SCOPES,
  ROLE_RIGHTS,
  ROLES,
  SCOPE_MAP_RIGHTS,
  SERVICE_PRINCIPAL_RIGHTS,
  SERVICE_PRINCIPAL_ROLES,
  type GroupPermission,
  type OatOrganizationScope,
  type OatRepositoryScope,
  type OatScope,
  type PatScope,
  type RightsOf,
  type Role,
  type ServicePrincipalRole,
} from './rights.ts'
export { CREDENTIAL_KINDS, type CredentialKind, type Membership, type Principal } from './principal.ts'
export type { Resource } from './resource.ts'
export { PULL_WINDOW } from './pull-window.ts'
export { canonicalHost, DOCKER_HUB, parseCanonicalHost } from './canonical-host.ts'

// What credentials carry, and how it becomes grants
export type { Grant, GrantPattern } from './grant.ts'
export { compileGrants, type GrantSet } from './grant-set.ts'
export { uniteGrants } from './unite-grants.ts'
export {
  actionsOn,
  ANONYMOUS_GRANTS,
  grantOf,
  organizationGrants,
  personGrants,
  type GroupGrant,
  type Person,
} from './credential-grants.ts'
export { admittedBy, patGrants, type Located } from './pat-grants.ts'
export { missingGrants } from './missing-grants.ts'
export { coversPath, describePathPatternProblem, parsePathPattern, type PathPattern } from './pattern.ts'
export { startsWithHost } from './upstream-pattern.ts'
export {
  bindSelector,
  describeRepositorySelectorProblem,
  formatRepositorySelector,
  parseHubSelector,
  parseRepositorySelector,
  type RepositorySelector,
  type RepositorySelectorProblem,
} from './repository-selector.ts'
export {
  describeScopeMapProblem,
  formatScopeMapAction,
  parseScopeMapAction,
  type ScopeMapEntry,
  type ScopeMapProblem,
} from './scope-map.ts'
export {
  describeRegistryNameProblem,
  parseRegistryTokenName,
  parseScopeMapName,
  scopeMapNameOf,
  type RegistryNameProblem,
} from './registry-names.ts'
export { nameSome } from './name-some.ts'
export { SYSTEM_SCOPE_MAPS, type SystemScopeMap } from './system-scope-maps.ts'

// What organizations write
export {
  checkPolicyDocument,
  describeDocumentProblem,
  parsePolicy,
  POLICY_KINDS,
  type PolicyDocuments,
  type PolicyKind,
} from './policy-document.ts'
export type { DocumentProblem } from './read-json.ts'
export { POLICY_MODES, type PolicyMode } from './policy-mode.ts'
export { defaultPolicy, type Policy, type SignIn } from './policy.ts'
export type { RegistryAccess } from './registry-access.ts'
export { REGISTRY_OPERATIONS, type RegistryOperation, type RegistryRule } from './registry-rule.ts'
export {
  describeHostPatternProblem,
  formatHostPattern,
  parseHostPattern,
  type HostPattern,
  type HostPatternProblem,
} from './host-pattern.ts'
export type { ImageAccess } from './image-access.ts'
export { IMAGE_CATEGORIES, type ImageCategory } from './image-category.ts'
export { categorize, type HubCatalogue } from './hub-catalogue.ts'
export { formatImagePattern, type ImagePattern } from './image-pattern.ts'
export type { CategoryRule, ImageRule } from './image-rule.ts'

// Asking and answering
export { governingOrganizations } from './governing.ts'
export {
  UNLOCKED,
  type AddressFact,
  type AgeLimit,
  type CredentialFact,
  type Facts,
  type ImageFact,
  type Locks,
  type QuotaFact,
  type RepositoryFact,
} from './facts.ts'
export type { Decision, Denial, MissingFact, Question, Reason } from './decision.ts'
export { decide } from './decide.ts'
export { grantedActions } from './granted.ts'
export { allowedActions } from './allowed-actions.ts'
export { SCOPE_ACTION, within } from './asked-scope.ts'
export { visible, visibleEverywhere, type Visible } from './visible.ts'
export { explain, explainAll, type ExplainedReason, type Explanation } from './explain.ts'
export type { Asked, Names } from './words.ts'
