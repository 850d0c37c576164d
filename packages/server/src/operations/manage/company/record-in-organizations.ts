import type { CompanyId } from '@wharden/policy'
import { toStored, type AuditEvent } from '../../../audit/event.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'

const AT_ONCE = 1_000

/** Remembers in each of a company's organizations what changes who manages it. */
export async function recordInOrganizations(
  tx: ChangeNouns,
  company: CompanyId,
  event: AuditEvent,
): Promise<void> {
  for (let page = await tx.companies.organizations(company, { limit: AT_ONCE }); ;) {
    for (const { id } of page.items) await (await tx.join(id)).record(toStored(event))
    const last = page.items.at(-1)?.name
    if (!page.more || last === undefined) return
    page = await tx.companies.organizations(company, { limit: AT_ONCE, last })
  }
}
