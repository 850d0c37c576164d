/** What tokens of every kind and service principals have in common. */
import { z } from 'zod'
import { CredentialId, Network, Timestamp } from './names.ts'

export const Description = z.string().max(200)
export const Addresses = z.array(Network).max(100).describe('empty: from anywhere')

/** `expired` outlasts the other two: what has expired can only be deleted. */
export const CredentialStatus = z.enum(['active', 'inactive', 'expired'])
/** What one may choose. */
export const ChosenStatus = CredentialStatus.exclude(['expired'])

/** What is shown of each. */
export const CREDENTIAL = {
  id: CredentialId,
  description: z.string(),
  status: CredentialStatus,
  addresses: Addresses,
  createdAt: Timestamp,
  createdBy: z.string().describe('user name, or the label of the token that made it'),
  expiresAt: Timestamp.nullable(),
  expiryNotice: z
    .int()
    .nullable()
    .describe('the last notice of its end: so many days before; null: none yet'),
  lastUsed: z.object({ at: Timestamp, address: z.string() }).nullable(),
}

/** What is said of each at its creation. */
export const NEW_CREDENTIAL = {
  description: Description.default(''),
  addresses: Addresses.default([]),
  expiresAt: Timestamp.nullable().default(null).describe('null: never; it cannot be extended afterwards'),
}
