import type { Selectable } from 'kysely'
import type { RepositoryRecord } from '../port/repositories.ts'
import type { Tables } from '../tables.ts'
import { locksOf } from './locks.ts'

export type RepositoryRow = Selectable<Tables['repository']>

export function repositoryOf(row: RepositoryRow): RepositoryRecord {
  return {
    id: row.id,
    organization: row.organization_id,
    name: row.name,
    state: row.state,
    visibility: row.visibility,
    description: row.description,
    locks: locksOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
