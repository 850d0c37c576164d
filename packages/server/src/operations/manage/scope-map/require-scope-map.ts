import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ScopeMapRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'

/** @throws {AppError} `not-found` */
export async function requireScopeMap(
  { scopeMaps }: ReadNouns,
  organization: Pick<OrganizationRecord, 'id' | 'name'>,
  name: string,
): Promise<ScopeMapRecord> {
  const scopeMap = await scopeMaps.byName(organization.id, name)
  if (scopeMap !== undefined) return scopeMap
  throw new AppError('not-found', `\`${organization.name}\` has no scope map \`${name}\``)
}

/** One that people made. @throws {AppError} `not-found`, `conflict` */
export async function requireOwnScopeMap(
  read: ReadNouns,
  organization: Pick<OrganizationRecord, 'id' | 'name'>,
  name: string,
): Promise<ScopeMapRecord> {
  const scopeMap = await requireScopeMap(read, organization, name)
  if (!scopeMap.system) return scopeMap
  throw new AppError(
    'conflict',
    `\`${name}\` is the system’s and can't be changed or deleted: make a scope map of your own`,
  )
}
