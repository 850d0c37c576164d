import type { ManifestReference } from '@wharden/oci'
import type { OrganizationId } from './ids.ts'
import type { ImageCategory } from './image-category.ts'

/**
 * The state a decision needs besides what organizations wrote. Closed, and filled by one operation only.
 * A fact that is absent and turns out to be needed denies (`missing-fact`): nothing is assumed.
 */
export type Facts = {
  /** Who governs the question: see `governingOrganizations`. A repository's own organization always does too. */
  readonly governing: readonly OrganizationId[]
  /** Needed for every principal but the anonymous one. */
  readonly credential?: CredentialFact | undefined
  /** Always needed. */
  readonly address?: AddressFact | undefined
  /** Needed for resources of type `repository`. */
  readonly repository?: RepositoryFact | undefined
  /** Needed for upstream images where an organization restricts them. */
  readonly image?: ImageFact | undefined
  /** Needed for content/read. */
  readonly quota?: QuotaFact | undefined
}

export type CredentialFact =
  | {
      readonly type: 'active'
      /** Milliseconds since 1970; the credential is dead from then on. `undefined`: never. */
      readonly expires: number | undefined
      /** Organizations that let it in no more, though it is otherwise good. */
      readonly barred?: readonly OrganizationId[] | undefined
      /** Organizations that let it in until a certain age only. */
      readonly ageLimits?: readonly AgeLimit[] | undefined
      /** A registry token whose scope map was deleted, which is why it has no grants. For words only. */
      readonly withoutScopeMap?: true | undefined
    }
  /** Deactivated. */
  | { readonly type: 'inactive' }
  /** It would be good, but its person is disabled. */
  | { readonly type: 'disabled' }
  | { readonly type: 'unknown' }

/** `until`: milliseconds since 1970, when it will be `days` old; the organization lets it in no more from then on. */
export type AgeLimit = {
  readonly organization: OrganizationId
  readonly until: number
  readonly days: number
}

/** Whether the client's address lies in every allow-list that applies. */
export type AddressFact =
  | { readonly type: 'unrestricted' }
  | { readonly type: 'inside' }
  | { readonly type: 'outside'; readonly client: string }

export type RepositoryFact =
  /** Neither name nor id of anything that was pushed or made; a reserved name is absent too. */
  | { readonly type: 'absent' }
  | {
      readonly type: 'present'
      readonly visibility: 'public' | 'private'
      readonly locks: Locks
      /** Of the tag asked for, if the question names one and it exists. A lock of a tag isn't one of its manifest. */
      readonly tagLocks?: Locks | undefined
      /** Of the manifest asked for by digest. */
      readonly manifestLocks?: Locks | undefined
    }

/** ACR's attributes: false forbids. `listEnabled` hides from listings and is the store's to heed. */
export type Locks = {
  readonly deleteEnabled: boolean
  readonly writeEnabled: boolean
  readonly readEnabled: boolean
  readonly listEnabled: boolean
}

export const UNLOCKED: Locks = {
  deleteEnabled: true,
  writeEnabled: true,
  readEnabled: true,
  listEnabled: true,
}

export type ImageFact = {
  /** What the catalogue says of a docker.io repository; `undefined` for other registries. */
  readonly category: ImageCategory | undefined
  /**
   * By what else the manifest asked for is known: the digest its tag stands for, the tags of its digest, the
   * indexes that list it. A rule on any of these is a rule on it.
   */
  readonly alsoKnownAs: readonly ManifestReference[]
}

export type QuotaFact =
  | { readonly type: 'unlimited' }
  /** `resets`: milliseconds since 1970. */
  | { readonly type: 'window'; readonly limit: number; readonly remaining: number; readonly resets: number }
