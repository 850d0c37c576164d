/**
 * What stands for an organization that isn't there: an id that no row can have, which says the name that was asked for.
 * Refusals of it read like those of any other, so nobody learns from them which organizations exist.
 */
import { defaultPolicy, type OrganizationId, type Policy } from '@wharden/policy'

/** Ids of rows are UUIDs: none begins with this. */
const MARK = '?'

export function absentOrganization(name: string): OrganizationId {
  return `${MARK}${name}` as OrganizationId
}

/** The name asked for; undefined for the id of a row. */
export function absentName(id: OrganizationId): string | undefined {
  return id.startsWith(MARK) ? id.slice(MARK.length) : undefined
}

/** Nothing was written there; undefined for the id of a row. Spares the caches, which made-up names would flood. */
export function absentPolicy(id: OrganizationId): Policy | undefined {
  return absentName(id) === undefined ? undefined : defaultPolicy(id)
}
