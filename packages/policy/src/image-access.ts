import type { ImageCategory } from './image-category.ts'
import type { CategoryRule, ImageRule } from './image-rule.ts'
import type { PolicyMode } from './policy.ts'

/** Which kinds of image may come in: a denying rule, an allowing rule, own images, categories, in that order. */
export type ImageAccess = {
  readonly mode: PolicyMode
  /** Allowed besides `organization`, which always is. */
  readonly categories: readonly ImageCategory[]
  readonly exemptOwners: boolean
  /** Docker Hub's name spaces that are the organization's own. */
  readonly namespaces: readonly string[]
  readonly categoryRules: readonly CategoryRule[]
  readonly rules: readonly ImageRule[]
}
