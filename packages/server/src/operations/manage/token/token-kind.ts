import type { CredentialKind } from '@wharden/policy'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'

/** The credentials that people make, name and delete; the others (sessions) come and go by themselves. */
export const TOKEN_KINDS = ['pat', 'oat', 'registry-token'] as const satisfies readonly CredentialKind[]
export type TokenKind = (typeof TOKEN_KINDS)[number]

export type TokenRecord = CredentialRecord & { readonly kind: TokenKind }

export function isToken(credential: CredentialRecord): credential is TokenRecord {
  return TOKEN_KINDS.some((kind) => kind === credential.kind)
}

export function subjectOf({ id }: Pick<CredentialRecord, 'id'>): `token/${string}` {
  return `token/${id}`
}
