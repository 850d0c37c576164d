import type { RepositoryName } from '@wharden/oci'
import {
  compileGrants,
  missingGrants,
  organizationGrants,
  ROLE_RIGHTS,
  type Action,
  type GrantPattern,
  type GrantSet,
  type Located,
  type OrganizationId,
} from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { SignedIn } from './signed-in.ts'

/** Something that is about to be given. `label` is what the giver called it. */
export type Gift = {
  readonly label: string
  readonly pattern: GrantPattern
  readonly actions: readonly Action[]
  /** Where a repository named by id stands: a right on all below a prefix covers it. */
  readonly place?: { readonly organization: OrganizationId; readonly name: RepositoryName } | undefined
}

/**
 * Nobody gives what they don't hold. A company's owner gives in its organizations what their owners could, though they pull
 * and push nothing by that: they make tokens and owners for others, at a keyboard, and the audit log says so.
 * @throws {AppError} `denied` for the first action that the giver lacks
 */
export function requireHeld(giver: SignedIn, gifts: readonly Gift[]): void {
  const given = gifts.map(({ label, pattern, actions }) => ({ pattern, actions, rule: label }))
  const located = locate(gifts)
  const [missing] = missingGrants(byCompany(giver), missingGrants(giver.grants, given, located), located)
  const action = missing?.actions[0]
  if (missing === undefined || action === undefined) return
  throw new AppError(
    'denied',
    `you can't give \`${action}\` on \`${missing.rule}\`: nobody gives what they don't hold, and you don't; ask an owner`,
    { action },
  )
}

function byCompany({ kind, companyOwnerOf = [] }: SignedIn): GrantSet {
  const organizations = kind === 'session' ? companyOwnerOf : []
  return compileGrants(
    organizations.flatMap((organization) =>
      organizationGrants(ROLE_RIGHTS.owner, organization, 'company-owner'),
    ),
  )
}

function locate(gifts: readonly Gift[]): Located {
  return new Map(
    gifts.flatMap(({ pattern, place }) =>
      pattern.type === 'repository' && place !== undefined ? [[pattern.repository, place]] : [],
    ),
  )
}
