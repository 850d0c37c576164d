/** What each kind of credential calls the things it may do. The words are those of `policy`'s rights table. */
import {
  OAT_ORGANIZATION_SCOPES,
  OAT_REPOSITORY_SCOPES,
  PAT_SCOPES,
  REPOSITORY_ACTIONS,
} from '@wharden/policy'
import { z } from 'zod'
import { AbsoluteRepositoryPattern, RepositoryPattern, UpstreamPattern } from './names.ts'

/** Words that are not known are answered with those that are: half of Docker Hub's scopes mean nothing here. */
function oneOf<const Word extends string>(what: string, words: readonly Word[]) {
  return z.enum(words, {
    error: ({ input }) => `\`${String(input)}\` is no ${what} here; there are: ${words.join(', ')}`,
  })
}

/** Personal access tokens; each includes those after it. https://docs.docker.com/security/access-tokens/ */
export const PatScope = oneOf('scope of a personal access token', PAT_SCOPES)

/** Organization access tokens, on repositories; push includes pull. */
export const OatRepositoryScope = oneOf('scope of a repository', OAT_REPOSITORY_SCOPES)

/** Organization access tokens, on the organization itself; edit includes read. */
export const OatOrganizationScope = oneOf('scope of an organization', OAT_ORGANIZATION_SCOPES)

/** Registry tokens and scope maps; none includes another, as in Azure Container Registry. */
export const RegistryAction = oneOf('action', REPOSITORY_ACTIONS)

function rules<Pattern extends z.ZodType, Permission extends z.ZodType>(
  repository: Pattern,
  permission: Permission,
  most: number,
) {
  return z.array(z.object({ repository, permissions: z.array(permission).min(1).max(16) })).max(most)
}

/** Any repository of any organization the user belongs to, or of another registry. */
export const PatRules = rules(AbsoluteRepositoryPattern, PatScope, 1000)
/** Of an organization's or a person's token; which words go with its kind, its kind knows. */
export const OatOrPatRules = rules(
  z.union([RepositoryPattern, AbsoluteRepositoryPattern]),
  oneOf('scope', [...OAT_REPOSITORY_SCOPES, ...PAT_SCOPES]),
  1000,
)
/** Inside the token's organization. The plan says how many. */
export const OatRules = rules(RepositoryPattern, OatRepositoryScope, 1000)
export const RegistryRules = rules(RepositoryPattern, RegistryAction, 5000)
/** Other registries through the gateway: `docker.io/library/*`. */
export const UpstreamRules = rules(
  UpstreamPattern,
  oneOf('scope of another registry', ['scope-image-pull']),
  1000,
)
export const RegistryUpstreamRules = rules(
  UpstreamPattern,
  RegistryAction.extract(['content/read', 'metadata/read']),
  1000,
)
