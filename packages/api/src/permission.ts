/** What each kind of credential calls the things it may do. The words are those of `policy`'s rights table. */
import { REPOSITORY_ACTIONS } from '@wharden/policy'
import { z } from 'zod'
import { AbsoluteRepositoryPattern, RepositoryPattern, UpstreamPattern } from './names.ts'

/** Personal access tokens; each includes those after it. https://docs.docker.com/security/access-tokens/ */
export const PatScope = z.enum(['repo:admin', 'repo:write', 'repo:read', 'repo:public_read'])

/** Organization access tokens, on repositories; push includes pull. */
export const OatRepositoryScope = z.enum([
  'scope-image-pull',
  'scope-image-push',
  'scope-image-delete',
  'scope-repository-read',
  'scope-repository-edit',
  'scope-repository-admin',
  'scope-tag-read',
  'scope-tag-admin',
])

/** Organization access tokens, on the organization itself; edit includes read. */
export const OatOrganizationScope = z.enum([
  'scope-member-read',
  'scope-member-edit',
  'scope-invite-read',
  'scope-invite-edit',
  'scope-group-read',
  'scope-group-edit',
])

/** Registry tokens and scope maps; none includes another, as in Azure Container Registry. */
export const RegistryAction = z.enum(REPOSITORY_ACTIONS)

function rules<Pattern extends z.ZodType, Permission extends z.ZodType>(
  repository: Pattern,
  permission: Permission,
  most: number,
) {
  return z.array(z.object({ repository, permissions: z.array(permission).min(1).max(16) })).max(most)
}

/** Any repository of any organization the user belongs to, or of another registry. */
export const PatRules = rules(AbsoluteRepositoryPattern, PatScope, 1000)
/** Inside the token's organization. The plan says how many. */
export const OatRules = rules(RepositoryPattern, OatRepositoryScope, 1000)
export const RegistryRules = rules(RepositoryPattern, RegistryAction, 5000)
/** Other registries through the gateway: `docker.io/library/*`. */
export const UpstreamRules = rules(UpstreamPattern, z.enum(['scope-image-pull']), 1000)
export const RegistryUpstreamRules = rules(
  UpstreamPattern,
  RegistryAction.extract(['content/read', 'metadata/read']),
  1000,
)
