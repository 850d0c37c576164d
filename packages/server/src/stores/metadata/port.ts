/**
 * What is known about everything but the bytes: accounts, credentials, repositories, manifests, uploads, policies, logs.
 * One port, two databases: SQLite for one node (`sqlite/`), PostgreSQL for many (`postgres/`). The nouns' query code is
 * written once, in `nouns/`, and run on both by `contract.ts`. Each noun's types live in `port/<room>.ts`.
 *
 *   read    nouns outside of a transaction; what is committed, nothing else
 *   single  nouns whose every act is one statement, committed by itself (grouped with others under one fsync)
 *   write   a content transaction: pushes, uploads; raises no version, is in no audit chain
 *   change  administration: raises the tenant's version first (lock and order), appends to its audit chain, announces
 *
 * Nouns announce what they alter by themselves; `tx.announce` is for what they can't know.
 * Times are integer milliseconds since 1970.
 */
import type { OrganizationId } from '@wharden/policy'
import type {
  OrganizationReader,
  Organizations,
  UserReader,
  Users,
  MembershipReader,
  Memberships,
} from './port/accounts.ts'
import type {
  Actor,
  Activity,
  ActivityReader,
  AuditEvent,
  AuditReader,
  RefusalReader,
  Refusals,
} from './port/logs.ts'
import type { CredentialBarReader, CredentialBars } from './port/credential-bars.ts'
import type { BlobReader, Blobs, UploadReader, Uploads } from './port/bytes.ts'
import type { InviteReader, Invites } from './port/invites.ts'
import type { ChangeFeed, Topic } from './port/changes.ts'
import type { Collection, CollectionReader } from './port/collection.ts'
import type { Companies, CompanyReader } from './port/companies.ts'
import type {
  CredentialReader,
  Credentials,
  CredentialUse,
  ScopeMapReader,
  ScopeMaps,
} from './port/credentials.ts'
import type { GroupReader, Groups } from './port/groups.ts'
import type { ManifestReader, Manifests, TagReader, Tags } from './port/manifests.ts'
import type { PullCountReader, PullCounts } from './port/pull-counts.ts'
import type { RepositoryReader, RepositoryActivation, Repositories } from './port/repositories.ts'
import type {
  Guards,
  GuardReader,
  Leases,
  Policies,
  PolicyReader,
  Settings,
  SettingReader,
  SetupLinks,
  SetupLinkReader,
  SigningKeys,
  SigningKeyReader,
} from './port/installation.ts'

/** The installation itself is a tenant: its row in `organization` holds its version and the head of its audit chain. */
export type Tenant = OrganizationId

export interface MetadataStore {
  readonly type: 'sqlite' | 'postgres'
  /** The tenant of everything that belongs to no organization. */
  readonly installation: Tenant
  readonly read: ReadNouns
  readonly single: SingleNouns
  /**
   * All of `work` happens or nothing of it. It may run again (PostgreSQL retries serialization failures and deadlocks),
   * so it must do nothing but call `tx`. Using the store itself inside is an error, never a deadlock.
   * @throws StoreError
   */
  write<Value>(work: (tx: ContentNouns) => Promise<Value>): Promise<Value>
  /**
   * As `write`, for administration. When it resolves the change is durable, recorded in the tenant's audit chain, and this
   * node has forgotten what it concerns; other nodes hear of it within two seconds.
   * A `work` that finds nothing to do may throw to take everything back.
   */
  change<Value>(tenant: Tenant, actor: Actor, work: (tx: ChangeNouns) => Promise<Value>): Promise<Value>
  readonly changes: ChangeFeed
  /**
   * Milliseconds since 1970 by the clock that all nodes go by: the database's, where there may be several. So what one dates
   * the others don't take for expired or still to come, whatever their own clocks say.
   */
  now(): number
  /** Cheap proof that the database answers; rejects when it doesn't. */
  ping(): Promise<void>
  /** Of this node to the database; undefined where there are none. */
  connections(): Connections | undefined
  close(): Promise<void>
}

/** How many there are now, how many wait for one, and how many there may be. */
export type Connections = {
  readonly busy: number
  readonly idle: number
  readonly waiting: number
  readonly most: number
}

export interface ReadNouns {
  readonly organizations: OrganizationReader
  readonly users: UserReader
  readonly memberships: MembershipReader
  readonly companies: CompanyReader
  readonly groups: GroupReader
  readonly invites: InviteReader
  readonly repositories: RepositoryReader
  readonly credentials: CredentialReader
  readonly credentialBars: CredentialBarReader
  readonly scopeMaps: ScopeMapReader
  readonly blobs: BlobReader
  readonly manifests: ManifestReader
  readonly tags: TagReader
  readonly uploads: UploadReader
  readonly collection: CollectionReader
  readonly policies: PolicyReader
  readonly guards: GuardReader
  readonly signingKeys: SigningKeyReader
  readonly setupLinks: SetupLinkReader
  readonly settings: SettingReader
  readonly audit: AuditReader
  readonly activity: ActivityReader
  readonly refusals: RefusalReader
  readonly pullCounts: PullCountReader
}

/** One statement each, so that hundreds share one fsync. */
export interface SingleNouns {
  readonly uploads: Pick<Uploads, 'create' | 'advance' | 'lease' | 'release'>
  readonly leases: Pick<Leases, 'acquire' | 'release'>
  readonly blobs: Pick<Blobs, 'refresh' | 'deleteDiscarded'>
  readonly refusals: Pick<Refusals, 'upsert'>
  readonly invites: Pick<Invites, 'deleteEndedBefore'>
  readonly pullCounts: Pick<PullCounts, 'take' | 'deleteUpTo'>
}

export interface ContentNouns extends ReadNouns {
  readonly repositories: RepositoryReader & RepositoryActivation
  readonly credentials: CredentialReader & CredentialUse
  readonly blobs: Blobs
  readonly manifests: Manifests
  readonly tags: Tags
  readonly uploads: Uploads
  readonly leases: Leases
  readonly activity: Activity
  readonly refusals: Refusals
}

export interface ChangeNouns extends ContentNouns {
  /** The version this change gave the tenant. */
  readonly version: number
  /** Appends to the tenant's audit chain, in this transaction. */
  record(event: AuditEvent): Promise<void>
  /** Whoever keeps something under this topic forgets it, on every node, once this has been committed. */
  announce(topic: Topic): void
  /**
   * Makes another tenant part of this change: raises its version (and so locks it) and gives its chain.
   * For what concerns several organizations: the deletion of a user who owns some of them.
   */
  join(tenant: Tenant): Promise<{ record(event: AuditEvent): Promise<void> }>
  readonly organizations: Organizations
  readonly users: Users
  readonly memberships: Memberships
  readonly companies: Companies
  readonly groups: Groups
  readonly invites: Invites
  readonly repositories: Repositories
  readonly credentials: Credentials
  readonly credentialBars: CredentialBars
  readonly scopeMaps: ScopeMaps
  readonly policies: Policies
  readonly guards: Guards
  readonly signingKeys: SigningKeys
  readonly setupLinks: SetupLinks
  readonly settings: Settings
  readonly collection: Collection
}
