import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { openMetadataStore } from '../open.ts'
import { accountName, required, type Harness } from './harness.ts'

const WRITER = new URL('../../../../test/metadata-writer.ts', import.meta.url)

export function crashContract(harness: Harness): void {
  describe('a process that is killed while it writes', () => {
    test('loses nothing it acknowledged and leaves nothing half done, again and again', async () => {
      const location = await harness.create()
      await openMetadataStore(location).then((store) => store.close())
      const acknowledged: string[] = []
      for (const count of [5, 40, 90]) {
        acknowledged.push(...(await writeUntilKilled(JSON.stringify(location), count)))
        const store = await openMetadataStore(location)
        for (const name of acknowledged) {
          const organization = required(await store.read.organizations.byName(accountName(name)))
          const members = await store.read.memberships.ofOrganization(organization.id, { limit: 9 })
          expect(members.items).toHaveLength(1)
        }
        await expectNothingHalfDone(store)
        await store.close()
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(135)
    })
  })
}

/** Whether acknowledged or not: an organization has its member and its event, or it isn't there. */
async function expectNothingHalfDone(store: Awaited<ReturnType<typeof openMetadataStore>>): Promise<void> {
  const { items } = await store.read.organizations.list({ limit: 10_000 })
  const verdict = await store.read.audit.verify(store.installation)
  expect(verdict).toMatchObject({ type: 'intact', events: items.length })
  for (const { id } of items)
    expect((await store.read.memberships.ofOrganization(id, { limit: 9 })).items).toHaveLength(1)
}

/** @returns what it said it had done */
async function writeUntilKilled(location: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WRITER.pathname, location], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (said.length === count) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return said
}
