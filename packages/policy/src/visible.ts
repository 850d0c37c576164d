import type { OrganizationId, RepositoryId } from './ids.ts'

/** Which repositories a listing may show, in terms a store can query: the union of the four. */
export type Visible =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  | {
      readonly type: 'some'
      /** `''` is everything of the organization, `samples/` what lies below it; none lies below another. */
      readonly prefixes: readonly { readonly organization: OrganizationId; readonly prefix: string }[]
      readonly repositories: readonly RepositoryId[]
      /** Public repositories of every organization. */
      readonly public: boolean
    }
