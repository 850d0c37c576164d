/**
 * The one table of rights: what each role, group permission, scope and action of a credential lets one do.
 * `docs/policy/rights.txt` is this table for reviewers, and every credential's tests are made from it.
 */
import {
  INSTALLATION_ACTIONS,
  ORGANIZATION_ACTIONS,
  REPOSITORY_ACTIONS,
  type InstallationAction,
  type OrganizationAction,
  type RepositoryAction,
} from './action.ts'

/** Actions by what they are done to. */
export type RightsOf = {
  /** On the organization itself. */
  readonly organization: readonly OrganizationAction[]
  /** On the repositories it is given for. */
  readonly repositories: readonly RepositoryAction[]
  /** On public repositories of all organizations. */
  readonly public: readonly RepositoryAction[]
  /** On repositories of other registries, through the gateway. */
  readonly upstream: readonly RepositoryAction[]
}

const NONE: RightsOf = { organization: [], repositories: [], public: [], upstream: [] }
const READ = ['content/read', 'metadata/read'] as const satisfies readonly RepositoryAction[]

export const ROLES = ['owner', 'editor', 'member', 'auditor'] as const
export type Role = (typeof ROLES)[number]

const MEMBER_READS = ['organization/read', 'member/read', 'group/read', 'policy/read'] as const

/** Repositories: all of the organization. A member has those that groups or public visibility give. */
export const ROLE_RIGHTS: Readonly<Record<Role, RightsOf>> = {
  owner: {
    organization: ORGANIZATION_ACTIONS,
    repositories: REPOSITORY_ACTIONS,
    public: READ,
    upstream: READ,
  },
  editor: {
    organization: [...MEMBER_READS, 'repository/list', 'repository/create', 'repository/edit'],
    repositories: REPOSITORY_ACTIONS,
    public: READ,
    upstream: READ,
  },
  member: { organization: MEMBER_READS, repositories: [], public: READ, upstream: READ },
  auditor: {
    organization: [...MEMBER_READS, 'repository/list', 'audit/read', 'activity/read'],
    repositories: [],
    public: READ,
    upstream: [],
  },
}

/** A company's owner manages its organizations as their owners do, without pull or push by that alone. */
export const COMPANY_OWNER_RIGHTS: RightsOf = { ...NONE, organization: ORGANIZATION_ACTIONS }

/** Runs the server; no pull or push by itself. */
export const ADMINISTRATOR_RIGHTS: readonly InstallationAction[] = INSTALLATION_ACTIONS

/** Everybody, signed in or not; a policy that requires sign-in stands above it. */
export const ANONYMOUS_RIGHTS: RightsOf = { ...NONE, public: READ }

export const GROUP_PERMISSIONS = ['read', 'write', 'admin'] as const
export type GroupPermission = (typeof GROUP_PERMISSIONS)[number]

/** On the repositories the group was given. */
export const GROUP_RIGHTS: Readonly<Record<GroupPermission, RightsOf>> = {
  read: { ...NONE, repositories: READ },
  write: { ...NONE, repositories: [...READ, 'content/write'] },
  admin: { ...NONE, repositories: REPOSITORY_ACTIONS },
}

/** From the widest; each includes those after it. https://docs.docker.com/security/access-tokens/ */
export const PAT_SCOPES = ['repo:admin', 'repo:write', 'repo:read', 'repo:public_read'] as const
export type PatScope = (typeof PAT_SCOPES)[number]

const PAT_READS = ['organization/read', 'policy/read'] as const

/** A personal access token does what both its user and its scope may. */
export const PAT_RIGHTS: Readonly<Record<PatScope, RightsOf>> = {
  'repo:admin': {
    organization: [...PAT_READS, 'repository/list', 'repository/create', 'repository/edit'],
    repositories: REPOSITORY_ACTIONS,
    public: READ,
    upstream: READ,
  },
  'repo:write': {
    organization: [...PAT_READS, 'repository/list', 'repository/create'],
    repositories: [...READ, 'content/write'],
    public: READ,
    upstream: READ,
  },
  'repo:read': {
    organization: [...PAT_READS, 'repository/list'],
    repositories: READ,
    public: READ,
    upstream: READ,
  },
  'repo:public_read': { organization: PAT_READS, repositories: [], public: READ, upstream: READ },
}

const onRepositories = (repositories: readonly RepositoryAction[]): RightsOf => ({
  ...NONE,
  repositories,
  public: repositories.filter((action) => READ.some((read) => read === action)),
  upstream: repositories.filter((action) => READ.some((read) => read === action)),
})
const onOrganization = (...organization: readonly OrganizationAction[]): RightsOf => ({
  ...NONE,
  organization,
})

/** What Docker's scopes of repositories mean here; push includes pull, delete includes push, edit includes read. */
const OAT_REPOSITORY_RIGHTS = {
  'scope-image-pull': onRepositories(READ),
  'scope-image-push': onRepositories([...READ, 'content/write']),
  'scope-image-delete': onRepositories([...READ, 'content/write', 'content/delete']),
  'scope-repository-read': onRepositories(['metadata/read']),
  'scope-repository-edit': onRepositories(['metadata/read', 'metadata/write']),
  'scope-repository-admin': onRepositories(['metadata/read', 'metadata/write', 'content/delete']),
  'scope-tag-read': onRepositories(['metadata/read']),
  'scope-tag-admin': onRepositories(['metadata/read', 'content/delete']),
} as const satisfies Record<string, RightsOf>

const OAT_ORGANIZATION_RIGHTS = {
  'scope-member-read': onOrganization('member/read'),
  'scope-member-edit': onOrganization('member/read', 'member/edit'),
  'scope-invite-read': onOrganization('invite/read'),
  'scope-invite-edit': onOrganization('invite/read', 'invite/edit'),
  'scope-group-read': onOrganization('group/read'),
  'scope-group-edit': onOrganization('group/read', 'group/edit'),
  'scope-repository-list': onOrganization('repository/list'),
  'scope-repository-create': onOrganization('repository/create'),
  'scope-activity-read': onOrganization('audit/read', 'activity/read'),
  'scope-audit_events-read': onOrganization('audit/read'),
  'scope-governance-policy-read': onOrganization('policy/read'),
  'scope-governance-policy-write': onOrganization('policy/read', 'policy/edit'),
} as const satisfies Record<string, RightsOf>

/**
 * What an organization access token is given, each scope with all it includes: on repositories it is given them for (public
 * and upstream ones if it is given those), or on the organization. Hub's other scopes mean nothing here and are refused.
 * https://docs.docker.com/enterprise/security/access-tokens/
 */
export const OAT_RIGHTS = { ...OAT_REPOSITORY_RIGHTS, ...OAT_ORGANIZATION_RIGHTS }
export type OatScope = keyof typeof OAT_RIGHTS
export type OatRepositoryScope = keyof typeof OAT_REPOSITORY_RIGHTS
export type OatOrganizationScope = keyof typeof OAT_ORGANIZATION_RIGHTS

// The keys are those of the tables just above.
export const OAT_REPOSITORY_SCOPES = Object.keys(OAT_REPOSITORY_RIGHTS) as readonly OatRepositoryScope[]
export const OAT_ORGANIZATION_SCOPES = Object.keys(OAT_ORGANIZATION_RIGHTS) as readonly OatOrganizationScope[]
export const OAT_SCOPES: readonly OatScope[] = [...OAT_REPOSITORY_SCOPES, ...OAT_ORGANIZATION_SCOPES]

/** A registry token's actions are exactly those its scope map names: none includes another, write not even read. */
export const SCOPE_MAP_RIGHTS: Readonly<Record<RepositoryAction, RightsOf>> = {
  'content/read': onRepositories(['content/read']),
  'content/write': onRepositories(['content/write']),
  'content/delete': onRepositories(['content/delete']),
  'metadata/read': onRepositories(['metadata/read']),
  'metadata/write': onRepositories(['metadata/write']),
}

export const SERVICE_PRINCIPAL_ROLES = ['contributor', 'reader'] as const
export type ServicePrincipalRole = (typeof SERVICE_PRINCIPAL_ROLES)[number]

const PRINCIPAL_READS = ['organization/read', 'repository/list', 'token/read'] as const

/**
 * What drives an organization by Azure's tools, under Azure's names for it: all of its repositories, and registry tokens and
 * scope maps. Nothing outside the organization, nor what people, groups and policies are.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const SERVICE_PRINCIPAL_RIGHTS: Readonly<Record<ServicePrincipalRole, RightsOf>> = {
  contributor: {
    ...NONE,
    organization: [...PRINCIPAL_READS, 'token/edit'],
    repositories: REPOSITORY_ACTIONS,
  },
  reader: { ...NONE, organization: PRINCIPAL_READS, repositories: READ },
}

export function isServicePrincipalRole(text: string): text is ServicePrincipalRole {
  return SERVICE_PRINCIPAL_ROLES.some((role) => role === text)
}

export function isOatScope(text: string): text is OatScope {
  return Object.hasOwn(OAT_RIGHTS, text)
}

export function isPatScope(text: string): text is PatScope {
  return PAT_SCOPES.some((scope) => scope === text)
}
