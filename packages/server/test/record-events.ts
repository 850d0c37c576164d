import type { Server } from './server.ts'

const BY = { type: 'system', id: 'test', name: 'test' } as const

/** Some events in every organization's audit chain, and in the installation's own. */
export async function recordEvents({ house: { store } }: Server): Promise<void> {
  const { items } = await store.read.organizations.list({ limit: 100 })
  for (const tenant of [store.installation, ...items.map(({ id }) => id)])
    for (const subject of ['first', 'zwölfter', '💥'])
      await store.change(tenant, BY, (tx) => tx.record({ type: 'tested', detail: { subject } }))
}
