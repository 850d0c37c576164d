import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAccountName } from '@wharden/policy'
import { expect, test } from 'vitest'
import { openMetadataStore } from '../stores/metadata/open.ts'
import { SYSTEM } from '../system-actor.ts'
import { forgetInvites } from './forget-invites.ts'

const DAY = 86_400_000
const BEGIN = Date.UTC(2026, 10, 21)

test('invites are forgotten 90 days after they were closed, or expired; those that wait are not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-invites-'))
  let now = BEGIN
  const store = await openMetadataStore(
    { type: 'sqlite', file: join(directory, 'wharden.db') },
    { now: () => now },
  )
  try {
    const name = parseAccountName('acme')
    if (name.type === 'error') throw new Error('no name')
    const acme = await store.change(store.installation, SYSTEM, (tx) =>
      tx.organizations.create({ name: name.value }),
    )
    if (acme === undefined) throw new Error('no organization')
    const invite = (email: string, days: number) => ({
      invitee: { type: 'email', email } as const,
      role: 'member' as const,
      group: undefined,
      invitedBy: 'root',
      expiresAt: BEGIN + days * DAY,
      hash: Buffer.from(email.padEnd(32)),
    })
    const left = async () =>
      (await store.read.invites.ofOrganization(acme.id, { limit: 10 })).items.map(({ state }) => state)
    const forgetAt = async (day: number) => {
      now = BEGIN + day * DAY
      return forgetInvites(store, now, new AbortController().signal)
    }
    await store.change(acme.id, SYSTEM, async (tx) => {
      const invites = [invite('a@example.com', 30), invite('b@example.com', 7), invite('c@example.com', 200)]
      const [first] = await tx.invites.create(acme.id, invites)
      await tx.invites.close(first?.id ?? '', 'declined')
    })
    expect([await forgetAt(90), await left()]).toEqual([0, ['declined', 'expired', 'pending']])
    expect([await forgetAt(91), await left()]).toEqual([1, ['expired', 'pending']])
    expect([await forgetAt(98), await left()]).toEqual([1, ['pending']])
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})
