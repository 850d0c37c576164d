import { toStored } from '../audit/event.ts'
import type { CredentialRecord } from '../stores/metadata/port/credentials.ts'
import type { MetadataStore, Tenant } from '../stores/metadata/port.ts'
import { SYSTEM } from '../system-actor.ts'

/** So many days before a token's end its owners are told, in their audit log; from the nearest, so that who was away is told once. */
const DAYS = [1, 7, 30] as const

/** Of one tenant in one change, which holds the tenant's row. */
const AT_ONCE = 100

/**
 * Writes down each token that ends soon, once for each of the days above, by whichever process leads: what a notice was given
 * for stands in the token's row, and changes with the log in one transaction.
 * @param now milliseconds since 1970
 * @returns how many notices were given
 */
export async function noticeEndings(
  store: Pick<MetadataStore, 'read' | 'change' | 'installation'>,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  let given = 0
  for (const days of DAYS) {
    while (!signal.aborted) {
      const ending = await store.read.credentials.endingUnnoticed(days, now, AT_ONCE)
      for (const [tenant, tokens] of byTenant(ending, store.installation)) {
        if (signal.aborted) return given
        given += await notice(store, tenant, tokens, days)
      }
      if (ending.length < AT_ONCE) break
    }
  }
  return given
}

function byTenant(
  tokens: readonly CredentialRecord[],
  installation: Tenant,
): ReadonlyMap<Tenant, readonly CredentialRecord[]> {
  return Map.groupBy(tokens, ({ organization }) => organization ?? installation)
}

function notice(
  store: Pick<MetadataStore, 'change'>,
  tenant: Tenant,
  tokens: readonly CredentialRecord[],
  days: number,
): Promise<number> {
  return store.change(tenant, SYSTEM, async (tx) => {
    let given = 0
    for (const { id, kind, name, createdBy, expiresAt = 0 } of tokens) {
      if (!(await tx.credentials.noticeEnding(id, days))) continue
      const after = { kind, name, createdBy, days, expiresAt: new Date(expiresAt).toISOString() }
      await tx.record(
        toStored(
          kind === 'service-principal'
            ? { type: 'service_principal_expiring', subject: `service-principal/${id}`, after }
            : { type: 'token_expiring', subject: `token/${id}`, after },
        ),
      )
      given += 1
    }
    return given
  })
}
