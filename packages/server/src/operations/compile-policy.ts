import type { OrganizationId, Policy } from '@wharden/policy'
import type { PolicyRecord } from '../stores/metadata/port/installation.ts'

/** The kinds of policy document; each is stored as `@wharden/policy` has it, checked before it was written. */
export type PolicyKind = 'sign-in' | 'registry-access' | 'image-access'

/** What an organization has not written is off. */
export function compilePolicy(organization: OrganizationId, records: readonly PolicyRecord[]): Policy {
  const documents = new Map(records.map(({ kind, document }) => [kind, document as unknown]))
  const written = <Kind extends keyof Policy>(kind: PolicyKind, off: Policy[Kind]): Policy[Kind] =>
    // Only `operations/manage/policies` writes these documents, and only after parsing them into this very type.
    (documents.get(kind) as Policy[Kind] | undefined) ?? off
  return {
    organization,
    signIn: written<'signIn'>('sign-in', { mode: 'off' }),
    registryAccess: written<'registryAccess'>('registry-access', { mode: 'off', rules: [] }),
    imageAccess: written<'imageAccess'>('image-access', IMAGE_ACCESS_OFF),
  }
}

const IMAGE_ACCESS_OFF: Policy['imageAccess'] = {
  mode: 'off',
  categories: ['official', 'verified-publisher'],
  exemptOwners: true,
  namespaces: [],
  categoryRules: [],
  rules: [],
}
