import type { Digest, RegistryHost } from '@wharden/oci'
import type { GroupId, RuleId } from './ids.ts'
import type { ImageCategory } from './image-category.ts'
import type { PathPattern } from './pattern.ts'

/** Repositories of a registry, and if given only one tag (or all that begin so) or digest of them. */
export type ImagePattern = {
  readonly host: RegistryHost
  readonly path: PathPattern
  readonly reference:
    | { readonly type: 'any' }
    | { readonly type: 'tag'; readonly tag: string }
    | { readonly type: 'tag-prefix'; readonly prefix: string }
    | { readonly type: 'digest'; readonly digest: Digest }
}

export type ImageRule = {
  readonly id: RuleId
  readonly effect: 'allow' | 'deny'
  readonly image: ImagePattern
  /** Whom it is for; `undefined`: everybody the policy governs. */
  readonly groups?: readonly GroupId[] | undefined
  /** Milliseconds since 1970 when it ends: an exception for a time. */
  readonly until?: number | undefined
  /** Shown to whom it refuses. */
  readonly note?: string | undefined
}

/** Gives images a category, those of other registries too; before the catalogue. */
export type CategoryRule = {
  readonly id: RuleId
  readonly host: RegistryHost
  readonly path: PathPattern
  readonly category: ImageCategory
}
