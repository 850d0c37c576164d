import { z } from 'zod'
import { NewScopeMapName, OrganizationName, ScopeMapName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { RegistryRules } from './permission.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'

export const ScopeMap = z.object({
  name: ScopeMapName,
  organization: OrganizationName,
  type: z.enum(['user-defined', 'system-defined']),
  description: z.string(),
  repositories: RegistryRules,
  tokens: z.int().describe('how many have it: as many are concerned by a change of it'),
  createdAt: Timestamp,
})
export type ScopeMap = z.infer<typeof ScopeMap>

const Description = z.string().max(256, 'use at most 256 characters')

/** What is absent stays as it is. */
const ScopeMapChange = z
  .object({
    description: Description,
    repositories: RegistryRules.describe('instead of all there are; not together with `add` or `remove`'),
    add: RegistryRules.describe('what is there already may be named'),
    remove: RegistryRules.describe('each must be there'),
  })
  .partial()

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ scopeMap: ScopeMapName })

export const scopeMap = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/scope-maps',
    operationId: 'scope_map_create',
    tag: 'scope-maps',
    summary: 'Create a scope map',
    description: 'Its repositories need not exist yet.',
    access: needs('token/edit', 'organization'),
    successStatus: 201,
  })
    .input(
      InOrganization.extend({
        name: NewScopeMapName,
        description: Description.default(''),
        repositories: RegistryRules,
      }),
    )
    .output(ScopeMap),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/scope-maps',
    operationId: 'scope_map_list',
    tag: 'scope-maps',
    summary: "List an organization's scope maps",
    access: needs('token/read', 'organization'),
  })
    .input(InOrganization.extend(Paging.shape))
    .output(pageOf(ScopeMap)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/scope-maps/{scopeMap}',
    operationId: 'scope_map_show',
    tag: 'scope-maps',
    summary: 'Show one scope map',
    access: needs('token/read', 'organization'),
  })
    .input(One)
    .output(ScopeMap),

  update: procedure({
    method: 'PATCH',
    path: '/organizations/{organization}/scope-maps/{scopeMap}',
    operationId: 'scope_map_update',
    tag: 'scope-maps',
    summary: 'Change what a scope map permits: at once, for all of its tokens',
    description:
      'What is absent stays. `add` and `remove` change single actions of what is there at that moment, so nobody undoes what another does at the same time; `repositories` replaces them all.',
    access: needs('token/edit', 'organization'),
  })
    .input(One.extend(ScopeMapChange.shape))
    .output(ScopeMap),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/scope-maps/{scopeMap}',
    operationId: 'scope_map_delete',
    tag: 'scope-maps',
    summary: 'Delete a scope map; its tokens stay, and may do nothing',
    access: needs('token/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),
}
