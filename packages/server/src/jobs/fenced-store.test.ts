import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { fencedStore } from './fenced-store.ts'

const BY = { type: 'system', id: 'test', name: 'test' } as const

describe('the store of a leader', () => {
  let directory: string
  let store: MetadataStore
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wharden-fence-'))
    store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') })
  })
  afterAll(async () => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('does what it is told while the lease is held, and nothing of it after another took it', async () => {
    const fenced = fencedStore(store, 'jobs', 'old')
    const acts = () =>
      Promise.allSettled([
        fenced.write((tx) => tx.blobs.deleteDiscarded([])),
        fenced.change(store.installation, BY, (tx) => tx.settings.put('touched', true)),
      ])
    await store.single.leases.acquire('jobs', 'old', 60_000)
    expect((await acts()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    await store.change(store.installation, BY, (tx) => tx.settings.delete('touched'))
    await store.single.leases.release('jobs', 'old')
    await store.single.leases.acquire('jobs', 'new', 60_000)
    expect((await acts()).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await store.read.settings.get('touched')).toBeUndefined()
  })
})
