import type { RegistryHost } from '@wharden/oci'
import type { Action } from './action.ts'
import type { OrganizationId, RepositoryId, RuleId } from './ids.ts'
import type { PathPattern } from './pattern.ts'

/**
 * What a grant covers. Plain JSON, so that it can be stored. Repositories of ours are held by id: a name that is
 * granted before its repository exists has its id reserved, and delete-and-recreate never revives old rights.
 */
export type GrantPattern =
  | { readonly type: 'repository'; readonly repository: RepositoryId }
  /** `''` is all of the organization, `samples/` what lies below it; those that don't exist yet too. */
  | { readonly type: 'under'; readonly organization: OrganizationId; readonly prefix: string }
  /** Public repositories of every organization here. */
  | { readonly type: 'public' }
  /** Other registries' repositories, through this organization's gateway. `*` is every host. */
  | {
      readonly type: 'upstream'
      readonly organization: OrganizationId
      readonly host: RegistryHost | '*'
      readonly path: PathPattern
    }
  | { readonly type: 'organization'; readonly organization: OrganizationId }
  | { readonly type: 'installation' }

export type Grant = {
  readonly pattern: GrantPattern
  readonly actions: readonly Action[]
  readonly rule: RuleId
}
