import { SYSTEM_SCOPE_MAPS, type OrganizationId, type ScopeMapId } from '@wharden/policy'
import { newId } from '../id.ts'
import type { Session } from '../session.ts'
import { insertRules } from './rules.ts'

/** The five that Azure defines for every registry, here for every organization. */
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
