import type { ManifestReference, RegistryHost } from '@wharden/oci'
import type { Action } from './action.ts'
import type { Facts } from './facts.ts'
import type { OrganizationId, RuleId } from './ids.ts'
import type { ImageCategory } from './image-category.ts'
import type { Principal } from './principal.ts'
import type { RegistryOperation } from './registry-rule.ts'
import type { Resource } from './resource.ts'

export type Question = {
  readonly principal: Principal
  readonly action: Action
  readonly resource: Resource
}

/** Denials stand in the order of asking, and the first one answers; `reported` are those of report-only policies. */
export type Decision =
  | { readonly type: 'allow'; readonly by: readonly Reason[]; readonly reported: readonly Denial[] }
  | {
      readonly type: 'deny'
      readonly because: Denial
      readonly also: readonly Denial[]
      readonly reported: readonly Denial[]
    }

/** Why something was allowed. */
export type Reason =
  | { readonly type: 'grant'; readonly rule: RuleId }
  | { readonly type: 'registry-rule'; readonly organization: OrganizationId; readonly rule: RuleId }
  | { readonly type: 'image-rule'; readonly organization: OrganizationId; readonly rule: RuleId }
  | { readonly type: 'own-image'; readonly organization: OrganizationId }
  | {
      readonly type: 'image-category'
      readonly organization: OrganizationId
      readonly category: ImageCategory
    }
  | { readonly type: 'owner-exempt'; readonly organization: OrganizationId }

/** Why something was refused: never prose, which `explain` makes. */
export type Denial =
  | {
      readonly type: 'credential'
      readonly problem: 'unknown' | 'inactive' | 'disabled' | 'expired'
      readonly expired?: number | undefined
    }
  | { readonly type: 'credential'; readonly problem: 'barred'; readonly organization: OrganizationId }
  /** Older than the organization lets such credentials become. */
  | {
      readonly type: 'credential'
      readonly problem: 'too-old'
      readonly organization: OrganizationId
      readonly days: number
    }
  | { readonly type: 'address'; readonly client: string }
  /**
   * `held`: what the principal may do there instead; `person`: what keeps its person from it, whatever token they use;
   * `withoutScopeMap`: a registry token whose scope map is gone.
   */
  | {
      readonly type: 'grant'
      readonly held: readonly Action[]
      readonly person?: 'no-member' | 'without-rights' | undefined
      readonly withoutScopeMap?: true | undefined
    }
  /** Nobody's policy applies to it. */
  | { readonly type: 'ungoverned' }
  | { readonly type: 'sign-in'; readonly organization: OrganizationId }
  /** `rule`: the one that denies it; `undefined`: none allows it. */
  | {
      readonly type: 'registry-access'
      readonly organization: OrganizationId
      readonly host: RegistryHost
      readonly operation: RegistryOperation | 'any'
      readonly rule: RuleId | undefined
      /** What the administrator wrote to those it refuses. */
      readonly note?: string | undefined
    }
  /** An image rule denies it. */
  | {
      readonly type: 'image-access'
      readonly by: 'rule'
      readonly organization: OrganizationId
      readonly rule: RuleId
      readonly note?: string | undefined
    }
  /** Its category isn't allowed. */
  | {
      readonly type: 'image-access'
      readonly by: 'category'
      readonly organization: OrganizationId
      readonly rule: RuleId
      readonly category: ImageCategory
      readonly allowed: readonly ImageCategory[]
    }
  | {
      readonly type: 'lock'
      readonly on: 'repository' | 'tag' | 'manifest'
      readonly attribute: 'deleteEnabled' | 'writeEnabled' | 'readEnabled'
      readonly reference?: ManifestReference | undefined
    }
  | { readonly type: 'quota'; readonly limit: number; readonly resets: number }
  /** Something needed to decide isn't known: closed for safety. */
  | { readonly type: 'missing-fact'; readonly fact: MissingFact }

export type MissingFact = Exclude<keyof Facts, 'governing'> | 'policy' | 'digest'
