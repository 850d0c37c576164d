import type { OrganizationId, RepositoryAction, ScopeMapId } from '@wharden/policy'
import { newId } from '../id.ts'
import type { Session } from '../session.ts'
import { insertRules } from './rules.ts'

type SystemScopeMap = {
  readonly name: string
  readonly description: string
  readonly actions: readonly RepositoryAction[]
}

/** The five that Azure defines for every registry, here for every organization (`reference/acr.md` §1.3, in its order). */
const SYSTEM_SCOPE_MAPS: readonly SystemScopeMap[] = [
  {
    name: '_repositories_admin',
    description: 'Can perform all read, write and delete operations on the registry',
    actions: ['metadata/read', 'metadata/write', 'content/read', 'content/write', 'content/delete'],
  },
  {
    name: '_repositories_pull',
    description: 'Can pull any repository of the registry',
    actions: ['content/read'],
  },
  {
    name: '_repositories_pull_metadata_read',
    description: 'Can perform all read operations on the registry',
    actions: ['content/read', 'metadata/read'],
  },
  {
    name: '_repositories_push',
    description: 'Can push to any repository of the registry',
    actions: ['content/read', 'content/write'],
  },
  {
    name: '_repositories_push_metadata_write',
    description: 'Can perform all read and write operations on the registry',
    actions: ['metadata/read', 'metadata/write', 'content/read', 'content/write'],
  },
]

export async function createSystemScopeMaps(session: Session, organization: OrganizationId): Promise<void> {
  for (const { name, description, actions } of SYSTEM_SCOPE_MAPS) {
    const id = newId<ScopeMapId>(session.now())
    const created_at = session.now()
    const row = { id, organization_id: organization, name, description, system: 1, version: 1, created_at }
    await session.run(session.query.insertInto('scope_map').values(row))
    const pattern = { type: 'under', organization, prefix: '' } as const
    await insertRules(session, { type: 'scope-map', id }, [{ pattern, actions, label: '*' }])
  }
}
