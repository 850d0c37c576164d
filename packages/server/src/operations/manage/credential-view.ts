import type { CredentialRecord } from '../../stores/metadata/port/credentials.ts'
import { instant, instantOrNull } from './time.ts'

/** What is shown of every token and service principal: everything but secrets, which nobody has any more. */
export function credentialView(credential: CredentialRecord, now: number) {
  const { lastUsedAt, lastUsedFrom } = credential
  return {
    id: credential.id,
    description: credential.description,
    status: statusOf(credential, now),
    addresses: [...credential.allowedAddresses],
    createdAt: instant(credential.createdAt),
    createdBy: credential.createdBy,
    expiresAt: instantOrNull(credential.expiresAt),
    expiryNotice: credential.expiryNoticed ?? null,
    lastUsed: lastUsedAt === undefined ? null : { at: instant(lastUsedAt), address: lastUsedFrom ?? '' },
  }
}

/** `expired` outlasts the other two. */
export function statusOf(
  { expiresAt, status }: CredentialRecord,
  now: number,
): 'active' | 'inactive' | 'expired' {
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : status
}
