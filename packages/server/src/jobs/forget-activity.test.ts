import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { ActivityRecord } from '../stores/metadata/port/logs.ts'
import { forgetActivity } from './forget-activity.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 21)

function pullAt(at: number): ActivityRecord {
  const nobody = { organization: undefined, credential: undefined, user: undefined, address: undefined }
  const nothing = { reference: undefined, digest: undefined, bytes: undefined, userAgent: undefined }
  return { ...nobody, ...nothing, at, type: 'pull', repository: 'acme/app', decision: undefined, detail: {} }
}

test('what happened before the day asked for is forgotten, and nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-activity-'))
  let now = NOW - 91 * DAY
  const store = await openMetadataStore(
    { type: 'sqlite', file: join(directory, 'wharden.db') },
    { now: () => now },
  )
  try {
    await store.write((tx) => tx.activity.insertBatch([pullAt(now), pullAt(now)], 0))
    now = NOW - DAY
    await store.write((tx) => tx.activity.insertBatch([pullAt(now)], 0))
    const forgotten = await forgetActivity(store, NOW - 90 * DAY, new AbortController().signal)
    expect(forgotten).toBeGreaterThan(0)
    const { items } = await store.read.activity.list({ limit: 10 })
    expect(items.map(({ at }) => at)).toEqual([NOW - DAY])
    expect((await store.read.activity.verify(10)).broken).toEqual([])
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})
