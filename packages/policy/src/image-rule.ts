import type { RegistryHost } from '@wharden/oci'
import type { GroupId, RuleId } from './ids.ts'
import type { ImageCategory } from './image-category.ts'
import type { ImagePattern } from './image-pattern.ts'
import type { PathPattern } from './pattern.ts'

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

/** Gives images a category, those of other registries too, in place of the catalogue's. */
export type CategoryRule = {
  readonly id: RuleId
  readonly host: RegistryHost
  readonly path: PathPattern
  readonly category: ImageCategory
}
