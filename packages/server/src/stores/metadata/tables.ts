/**
 * The rows as both databases hold them (`migrations/`), for Kysely. Booleans are 0 or 1, JSON is text, times are
 * milliseconds. Ids and names were parsed before they were written, so they come back branded.
 */
import type { Digest, DigestAlgorithm, RepositoryName, Tag } from '@wharden/oci'
import type {
  AccountName,
  CompanyId,
  CredentialId,
  CredentialKind,
  GroupId,
  GroupPermission,
  OrganizationId,
  RepositoryId,
  Role,
  ScopeMapId,
  UserId,
} from '@wharden/policy'
import type { Generated } from 'kysely'
import type { BlobKey } from '../blobs/blob-key.ts'
import type { Plan } from './port/accounts.ts'
import type { CredentialStatus, SecretSlot } from './port/credentials.ts'
import type { SigningKeyState } from './port/installation.ts'
import type { InviteState } from './port/invites.ts'

export type Flag = number

type LockColumns = {
  delete_enabled: Generated<Flag>
  write_enabled: Generated<Flag>
  read_enabled: Generated<Flag>
  list_enabled: Generated<Flag>
}

export type Tables = {
  organization: {
    id: OrganizationId
    name: AccountName
    display_name: string
    plan: Plan
    version: Generated<number>
    audit_sequence: Generated<number>
    audit_head: Generated<string>
    settings: string
    created_at: number
    company_id: Generated<CompanyId | null>
  }
  company: { id: CompanyId; name: AccountName; display_name: string; created_at: number }
  company_owner: { company_id: CompanyId; user_id: UserId; created_at: number }
  account_name: { name: AccountName; organization_id: OrganizationId | null; user_id: UserId | null }
  user_account: {
    id: UserId
    name: AccountName
    email: string | null
    display_name: string
    password_hash: string | null
    installation_administrator: Flag
    pinned_organization_id: OrganizationId | null
    status: 'active' | 'inactive'
    version: number
    created_at: number
  }
  membership: { organization_id: OrganizationId; user_id: UserId; role: Role; created_at: number }
  member_group: {
    id: GroupId
    organization_id: OrganizationId
    name: string
    description: string
    created_at: number
  }
  group_membership: {
    group_id: GroupId
    organization_id: OrganizationId
    user_id: UserId
    created_at: number
  }
  group_permission: {
    id: string
    group_id: GroupId
    pattern: string
    repository_id: RepositoryId | null
    permission: GroupPermission
    label: string
  }
  invite: {
    id: string
    organization_id: OrganizationId
    email: string | null
    user_id: UserId | null
    role: Role
    group_id: GroupId | null
    group_name: string | null
    /** One that expired stays `pending` until its invitee is invited anew. */
    state: InviteState
    invited_by: string
    created_at: number
    sent_at: number
    expires_at: number
    closed_at: number | null
  }
  invite_link: {
    hash: Uint8Array
    invite_id: string
    created_at: number
    replaced_at: number | null
  }
  repository: LockColumns & {
    id: RepositoryId
    organization_id: OrganizationId
    name: RepositoryName
    full_name: string
    state: 'reserved' | 'live'
    visibility: 'public' | 'private'
    description: string
    created_at: number
    updated_at: number
  }
  scope_map: {
    id: ScopeMapId
    organization_id: OrganizationId
    name: string
    description: string
    system: Flag
    version: number
    created_at: number
  }
  credential: {
    id: CredentialId
    kind: CredentialKind
    organization_id: OrganizationId | null
    user_id: UserId | null
    name: string
    description: string
    status: CredentialStatus
    scopes: string
    allowed_addresses: string
    scope_map_id: ScopeMapId | null
    created_by: string
    created_at: number
    expires_at: number | null
    version: number
    session_version: number
    last_used_at: number | null
    last_used_from: string | null
    renewable: Generated<Flag>
    pull_limit: Generated<number | null>
    expiry_noticed: Generated<number | null>
    overlap_until: Generated<number | null>
  }
  credential_bar: {
    organization_id: OrganizationId
    credential_id: CredentialId
    barred_by: string
    barred_at: number
  }
  pull_count: { subject: string; window_start: number; pulls: number }
  credential_secret: {
    hash: Uint8Array
    credential_id: CredentialId
    slot: SecretSlot | 'previous'
    created_at: number
    expires_at: number | null
  }
  permission_rule: {
    id: string
    credential_id: CredentialId | null
    scope_map_id: ScopeMapId | null
    position: number
    pattern: string
    repository_id: RepositoryId | null
    actions: string
    label: string
  }
  blob: {
    digest: Digest
    key: BlobKey
    size: number
    stored_at: number
    touched_at: number
    marked_at: number | null
  }
  discarded_key: { key: BlobKey; discarded_at: number }
  blob_link: {
    repository_id: RepositoryId
    digest: Digest
    linked_at: number
    touched_at: number | null
  }
  manifest: LockColumns & {
    repository_id: RepositoryId
    digest: Digest
    media_type: string
    artifact_type: string | null
    config_media_type: string | null
    subject_digest: Digest | null
    annotations: string
    size: number
    pushed_at: number
    body: Uint8Array
  }
  manifest_reference: {
    repository_id: RepositoryId
    manifest_digest: Digest
    kind: 'blob' | 'manifest'
    child_digest: Digest
  }
  tag: LockColumns & {
    repository_id: RepositoryId
    name: Tag
    digest: Digest
    created_at: number
    updated_at: number
  }
  upload: {
    id: string
    repository_id: RepositoryId
    credential_id: CredentialId | null
    key: BlobKey
    received: number
    algorithm: DigestAlgorithm
    digest: Digest
    resume: string
    lease_owner: string | null
    lease_until: number | null
    created_at: number
    touched_at: number
  }
  organization_policy: { organization_id: OrganizationId; kind: string; document: string; updated_at: number }
  guarded_registry: { service: string; organization_id: OrganizationId | null; created_at: number }
  signing_key: {
    id: string
    state: SigningKeyState
    sealed_private_key: string
    public_jwk: string
    created_at: number
    state_since: number
  }
  setup_link: { hash: Uint8Array; created_at: number; expires_at: number; used_at: number | null }
  setting: { key: string; value: string }
  job_lease: { name: string; holder: string; held_until: number }
  change: { id: string; tenant_id: OrganizationId | null; version: number | null; topics: string; at: number }
  audit_event: {
    tenant_id: OrganizationId
    sequence: number
    at: number
    type: string
    actor: string
    detail: string
    previous_hash: string
    hash: string
  }
  activity_batch: { id: string; at: number; dropped: number; row_count: number; hash: string }
  activity: {
    id: Generated<number>
    batch_id: string
    at: number
    type: string
    organization_id: OrganizationId | null
    credential_id: CredentialId | null
    user_id: UserId | null
    repository: string | null
    reference: string | null
    digest: string | null
    bytes: number | null
    address: string | null
    user_agent: string | null
    decision: string | null
    detail: string
  }
  refusal: {
    id: string
    organization_id: OrganizationId | null
    credential_id: CredentialId | null
    user_id: UserId | null
    first_at: number
    last_at: number
    count: number
    question: string
    decision: string
  }
}
