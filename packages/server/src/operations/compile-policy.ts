import { describeDocumentProblem, parsePolicy, type OrganizationId, type Policy } from '@wharden/policy'
import type { PolicyRecord } from '../stores/metadata/port/installation.ts'

/**
 * What an organization wrote, compiled.
 * @throws when a stored document can't be read: then nothing of the organization can be decided, and everything is denied
 */
export function compilePolicy(organization: OrganizationId, records: readonly PolicyRecord[]): Policy {
  const parsed = parsePolicy(
    organization,
    Object.fromEntries(records.map(({ kind, document }) => [kind, document])),
  )
  if (parsed.type === 'ok') return parsed.value
  throw new Error(
    `the stored policy of ${organization} can not be read: ${describeDocumentProblem(parsed.error)}`,
  )
}
