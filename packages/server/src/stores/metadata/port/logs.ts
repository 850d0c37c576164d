import type { CredentialId, OrganizationId, UserId } from '@wharden/policy'
import type { JsonObject, Page, PageQuery } from './page.ts'

/** Who did it, with the name they had then. */
export type Actor = {
  readonly type: 'user' | 'credential' | 'system'
  readonly id: string
  readonly name: string
  /** The credential a person used. */
  readonly via?: CredentialId | undefined
  /** Its label or login name then. */
  readonly viaName?: string | undefined
  readonly address?: string | undefined
}

/** `audit/` owns the closed union of types; the store keeps and chains them. */
export type AuditEvent = {
  readonly type: string
  readonly detail: JsonObject
}

export type AuditRecord = AuditEvent & {
  readonly tenant: OrganizationId
  /** 1, 2, 3 … without gaps. */
  readonly sequence: number
  readonly at: number
  readonly actor: Actor
  /** Hex SHA-256. */
  readonly previousHash: string
  readonly hash: string
}

export type ChainVerdict =
  | { readonly type: 'intact'; readonly events: number; readonly head: string }
  | { readonly type: 'broken'; readonly sequence: number; readonly reason: string }

export interface AuditReader {
  /** Newest first; `last` is a sequence number. */
  list(
    tenant: OrganizationId,
    page: PageQuery<number> & { readonly type?: string | undefined },
  ): Promise<Page<AuditRecord>>
  /** Oldest first, those after a sequence number. */
  after(tenant: OrganizationId, sequence: number, limit: number): Promise<readonly AuditRecord[]>
  /** Where a time begins in the chain: the sequence number of the first event at or after it; of none, one past the last. */
  firstSince(tenant: OrganizationId, at: number): Promise<number>
  /** Reads the chain from its first event, a thousand at a time. */
  verify(tenant: OrganizationId): Promise<ChainVerdict>
  /** Every tenant that has a chain, deleted organizations too. */
  tenants(): Promise<readonly OrganizationId[]>
}

/** A pull, a push, a token issued, a refusal: what happened, not who may. */
export type ActivityRecord = {
  readonly at: number
  readonly type: string
  readonly organization: OrganizationId | undefined
  readonly credential: CredentialId | undefined
  readonly user: UserId | undefined
  /** As the asker wrote it: `acme/app`, `docker.io/library/nginx`. */
  readonly repository: string | undefined
  /** Tag or digest. */
  readonly reference: string | undefined
  readonly digest: string | undefined
  readonly bytes: number | undefined
  readonly address: string | undefined
  readonly userAgent: string | undefined
  readonly decision: string | undefined
  readonly detail: JsonObject
}

export type ActivityQuery = PageQuery<number> & {
  readonly organization?: OrganizationId | undefined
  readonly credential?: CredentialId | undefined
  readonly type?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export interface ActivityReader {
  /** Newest first; `last` is an `id`. */
  list(query: ActivityQuery): Promise<Page<ActivityRecord & { readonly id: number }>>
  /** Re-computes batch hashes, newest first, `limit` batches. */
  verify(limit: number): Promise<{ readonly batches: number; readonly broken: readonly number[] }>
}

export interface Activity extends ActivityReader {
  /** One hash over the batch. `dropped`: how many rows the bounded queue had to let go since the last batch. */
  insertBatch(rows: readonly ActivityRecord[], dropped: number): Promise<void>
  deleteBefore(at: number, limit: number): Promise<number>
}

/** One decision that denied; a repeat is a counter, not a row. */
export type RefusalRecord = {
  /** The decision id. */
  readonly id: string
  readonly organization: OrganizationId | undefined
  readonly credential: CredentialId | undefined
  readonly user: UserId | undefined
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  readonly question: JsonObject
  readonly decision: JsonObject
}

export interface RefusalReader {
  byId(id: string): Promise<RefusalRecord | undefined>
  /** Newest `lastAt` first; `last` is the id of the last one shown. */
  list(
    query: PageQuery & {
      readonly organization?: OrganizationId | undefined
      readonly credential?: CredentialId | undefined
      readonly user?: UserId | undefined
    },
  ): Promise<Page<RefusalRecord>>
}

export interface Refusals extends RefusalReader {
  /** Adds `count` to what is there, or begins anew. */
  upsert(refusals: readonly RefusalRecord[]): Promise<void>
  deleteBefore(at: number, limit: number): Promise<number>
}
