import type { ContentNouns, MetadataStore } from '../stores/metadata/port.ts'

/**
 * The store as jobs get it: each of their transactions begins by making sure that this process still leads, and keeps that so
 * until it ends. A leader that was stopped for longer than its lease finds out by this, before it has changed anything; no
 * clock of its own could tell it in time.
 */
export function fencedStore(store: MetadataStore, lease: string, holder: string): MetadataStore {
  async function demand({ leases }: ContentNouns): Promise<void> {
    if (!(await leases.keep(lease, holder)))
      throw new Error('this process does not lead any more: another has taken the jobs over')
  }
  return {
    ...store,
    write: (work) =>
      store.write(async (tx) => {
        await demand(tx)
        return work(tx)
      }),
    change: (tenant, actor, work) =>
      store.change(tenant, actor, async (tx) => {
        await demand(tx)
        return work(tx)
      }),
  }
}
