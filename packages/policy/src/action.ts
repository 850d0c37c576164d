/** Everything that can be asked for, by what it is done to. */

/**
 * The five of Azure's table, enforced one by one.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions#actions
 */
export const REPOSITORY_ACTIONS = [
  'content/read',
  'content/write',
  'content/delete',
  'metadata/read',
  'metadata/write',
] as const
export type RepositoryAction = (typeof REPOSITORY_ACTIONS)[number]

/** `repository/list`: the names of all repositories, private ones too. Without it one sees what `visible` says. */
export const ORGANIZATION_ACTIONS = [
  'organization/read',
  'organization/edit',
  'member/read',
  'member/edit',
  'invite/read',
  'invite/edit',
  'group/read',
  'group/edit',
  'repository/list',
  'repository/create',
  'repository/edit',
  'token/read',
  'token/edit',
  'policy/read',
  'policy/edit',
  'audit/read',
  'activity/read',
] as const
export type OrganizationAction = (typeof ORGANIZATION_ACTIONS)[number]

export const INSTALLATION_ACTIONS = [
  'installation/read',
  'installation/edit',
  'organization/create',
  'user/read',
  'user/edit',
] as const
export type InstallationAction = (typeof INSTALLATION_ACTIONS)[number]

/** What a resolver and a proxy see: a host without a port is looked up, a host with its port is connected to. */
export const HOST_ACTIONS = ['host/resolve', 'host/connect'] as const
export type HostAction = (typeof HOST_ACTIONS)[number]

export type Action = RepositoryAction | OrganizationAction | InstallationAction | HostAction

/** What clients do, and every action it needs: each is asked for on its own, first what the act is called after. */
export const NEEDED = {
  pull: ['content/read'],
  push: ['content/write', 'content/read'],
  delete: ['content/delete'],
  list: ['metadata/read'],
  inspect: ['metadata/read'],
  change: ['metadata/write'],
} as const satisfies Record<string, readonly RepositoryAction[]>
