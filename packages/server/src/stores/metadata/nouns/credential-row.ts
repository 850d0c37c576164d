import type { CredentialId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import type { CredentialRecord, NewCredential, SecretRecord } from '../port/credentials.ts'
import type { Tables } from '../tables.ts'

export type CredentialRow = Selectable<Tables['credential']>

export function credentialOf(row: CredentialRow): CredentialRecord {
  return {
    id: row.id,
    kind: row.kind,
    organization: row.organization_id ?? undefined,
    user: row.user_id ?? undefined,
    name: row.name,
    description: row.description,
    status: row.status,
    scopes: parseJson<readonly string[]>(row.scopes),
    allowedAddresses: parseJson<readonly string[]>(row.allowed_addresses),
    scopeMap: row.scope_map_id ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    version: row.version,
    sessionVersion: row.session_version,
    lastUsedAt: row.last_used_at ?? undefined,
    lastUsedFrom: row.last_used_from ?? undefined,
    renewable: row.renewable === 1,
    expiryNoticed: row.expiry_noticed ?? undefined,
    overlapUntil: row.overlap_until ?? undefined,
    pullLimit: row.pull_limit ?? undefined,
  }
}

export function credentialRow(id: CredentialId, credential: NewCredential, now: number): CredentialRow {
  return {
    id,
    kind: credential.kind,
    organization_id: credential.organization ?? null,
    user_id: credential.user ?? null,
    name: credential.name,
    description: credential.description ?? '',
    status: credential.status ?? 'active',
    scopes: JSON.stringify(credential.scopes ?? []),
    allowed_addresses: JSON.stringify(credential.allowedAddresses ?? []),
    scope_map_id: credential.scopeMap ?? null,
    created_by: credential.createdBy,
    created_at: now,
    expires_at: credential.expiresAt ?? null,
    version: 1,
    session_version: 1,
    last_used_at: null,
    last_used_from: null,
    renewable: credential.renewable === true ? 1 : 0,
    pull_limit: credential.pullLimit ?? null,
    expiry_noticed: null,
    overlap_until: null,
  }
}

export function secretOf(row: Omit<Selectable<Tables['credential_secret']>, 'hash'>): SecretRecord {
  return {
    credential: row.credential_id,
    slot: row.slot,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
  }
}
