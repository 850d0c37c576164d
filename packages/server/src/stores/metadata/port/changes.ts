import type { OrganizationId } from '@wharden/policy'

/**
 * What a cache entry depends on and a change concerns, for example `credential:<id>`.
 * `organization`: name, settings, plan, its existence. `memberships`: by user id; roles, groups and what they were
 * given, companies owned and their organizations. `repository`: existence, visibility, locks.
 * `repository-name`: `<organization id>/<name>`, what the name stands for. `policies`: by organization id.
 * `account`: what a name stands for, by name.
 */
export type Topic = `${TopicKind}:${string}`

export const TOPIC_KINDS = [
  'organization',
  'account',
  'user',
  'memberships',
  'repository',
  'repository-name',
  'credential',
  'scope-map',
  'policies',
  'guard',
  'signing-keys',
  'setting',
] as const

export type TopicKind = (typeof TOPIC_KINDS)[number]

export type Change =
  | {
      readonly type: 'topics'
      /** Whose version was raised, and to what; undefined: by a content transaction (a push that made a repository). */
      readonly raised: { readonly tenant: OrganizationId; readonly version: number } | undefined
      readonly topics: readonly Topic[]
    }
  /** Something may have been missed: forget everything. */
  | { readonly type: 'resync' }

export interface ChangeFeed {
  /** Called at once for changes of this node (before `change` resolves), within two seconds for those of others. */
  subscribe(listener: (change: Change) => void): () => void
  /** How long ago, in milliseconds, it was last certain that nothing had been missed; 0 where there is only one node. */
  unconfirmedFor(): number
}
