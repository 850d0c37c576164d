import { randomBytes } from 'node:crypto'
import type { CredentialId } from '@wharden/policy'
import { describe, expect, test } from 'vitest'
import type { NewCredential } from '../port/credentials.ts'
import type { ChangeNouns } from '../port.ts'
import {
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

const DAY = 86_400_000

/** How a secret is replaced, how a token's end is told beforehand, and how an organization lets a person's token in no more. */
export function credentialEndsContract(harness: Harness): void {
  describe('the end of a credential', () => {
    const store = storeFor(harness)
    const change = <Value>(work: (tx: ChangeNouns) => Promise<Value>) =>
      store().change(store().installation, SYSTEM, work)
    const make = async (fields: Partial<NewCredential>) =>
      required(
        await change((tx) =>
          tx.credentials.create({ kind: 'oat', name: 'ci', createdBy: 'ann', secrets: [], ...fields }),
        ),
      )
    const slotOf = async (hash: Uint8Array) => (await store().read.credentials.secretByHash(hash))?.slot

    test('a replaced secret holds for a while, beside the new one; one that was replaced before it ends', async () => {
      const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)]
      const secret = { slot: 'token', hash: first, expiresAt: 5_000 } as const
      const { id } = await make({ secrets: [secret], renewable: true })
      const replace = (hash: Uint8Array, until: number) =>
        change((tx) => tx.credentials.replaceSecret(id, 'token', hash, until))
      expect(await replace(second, 1_000)).toMatchObject({
        renewable: true,
        version: 2,
        sessionVersion: 2,
        overlapUntil: 1_000,
      })
      const read = store().read.credentials
      expect(await read.secretByHash(first)).toMatchObject({ slot: 'previous', expiresAt: 1_000 })
      expect(await read.secretByHash(second)).toMatchObject({ slot: 'token', expiresAt: 5_000 })
      expect(await replace(third, 9_000)).toMatchObject({ sessionVersion: 3, overlapUntil: 9_000 })
      expect([await slotOf(first), await slotOf(second), await slotOf(third)]).toEqual([
        undefined,
        'previous',
        'token',
      ])
      expect(await read.secretByHash(second)).toMatchObject({ expiresAt: 5_000 })
      const unknown = await change((tx) =>
        tx.credentials.replaceSecret(id, 'password1', randomBytes(32), 1_000),
      )
      expect(unknown).toBeUndefined()
    })

    test('whatever else ends what was issued ends the overlap too', async () => {
      const { id } = await make({ secrets: [{ slot: 'token', hash: randomBytes(32) }] })
      await change((tx) => tx.credentials.replaceSecret(id, 'token', randomBytes(32), 1_000))
      const off = await change((tx) => tx.credentials.setStatus(id, 'inactive'))
      expect(off).toMatchObject({ sessionVersion: 3, overlapUntil: undefined })
    })

    test('tokens that end soon are found until a notice was given, and those not that were made so short', async () => {
      const now = store().now()
      const inDays = (days: number) => now + days * DAY
      const ids: CredentialId[] = []
      for (const [kind, days] of [
        ['oat', 6],
        ['service-principal', 3],
        ['registry-token', 20],
      ] as const)
        ids.push((await make({ kind, expiresAt: inDays(days) })).id)
      await make({ kind: 'session', expiresAt: inDays(1) })
      await make({ expiresAt: inDays(-1) })
      await make({})
      const found = async (days: number, at: number) =>
        (await store().read.credentials.endingUnnoticed(days, at, 10))
          .map(({ id }) => id)
          .filter((id) => ids.includes(id))
      const [six, three, twenty] = ids
      expect(await found(30, now)).toEqual([])
      expect(await found(1, inDays(2.5))).toEqual([three])
      expect(await found(1, inDays(5.5))).toEqual([six])
      expect(await found(7, inDays(14))).toEqual([twenty])
      const notice = (days: number) => change((tx) => tx.credentials.noticeEnding(required(twenty), days))
      expect([await notice(7), await notice(7), await notice(30)]).toEqual([true, false, false])
      expect([await found(7, inDays(14)), await found(1, inDays(19.5))]).toEqual([[], [twenty]])
      expect(await store().read.credentials.byId(required(twenty))).toMatchObject({
        expiryNoticed: 7,
        version: 1,
      })
    })

    test('lists tell those that end between two times', async () => {
      const { id: organization } = await createOrganization(store())
      const [soon] = [
        await make({ organization, expiresAt: 1_000 }),
        await make({ organization, expiresAt: 3_000 }),
        await make({ organization }),
      ]
      const query = { organization, expires: { from: 500, to: 2_000 } }
      const { items } = await store().read.credentials.list(query, { limit: 10 })
      expect(items.map(({ id }) => id)).toEqual([soon?.id])
    })

    test('an organization’s people’s tokens are found, its company’s owners’ too, and each is barred once', async () => {
      const acme = await createOrganization(store())
      const [ann, eve] = [await createUser(store()), await createUser(store())]
      await change((tx) => tx.memberships.put(acme.id, ann.id, 'member'))
      const mine = await make({ kind: 'pat', user: ann.id })
      const hers = await make({ kind: 'pat', user: eve.id })
      await make({ kind: 'session', user: ann.id })
      const candidates = async () => {
        const { items } = await store().read.credentialBars.candidates(acme.id, { limit: 10 })
        return items.map(({ id }) => id)
      }
      const candidate = async (id: CredentialId) =>
        (await store().read.credentialBars.candidate(acme.id, id))?.id
      expect(await candidates()).toEqual([mine.id])
      expect([await candidate(mine.id), await candidate(hers.id)]).toEqual([mine.id, undefined])
      await change(async (tx) => {
        const company = required(await tx.companies.create({ name: uniqueName('holding') }))
        await tx.companies.addOwner(company.id, eve.id)
        await tx.companies.place(acme.id, company.id)
      })
      expect(await candidates()).toEqual([mine.id, hers.id])
      expect(await candidate(hers.id)).toBe(hers.id)
      const heard: string[] = []
      const stop = store().changes.subscribe((told) => {
        if (told.type === 'topics') heard.push(...told.topics)
      })
      const put = () => change((tx) => tx.credentialBars.put(acme.id, mine.id, 'ann'))
      expect(await put()).toMatchObject({ organization: acme.id, credential: mine.id, by: 'ann' })
      expect(await put()).toBeUndefined()
      expect(heard).toContain(`credential:${mine.id}`)
      expect(await store().read.credentialBars.find(acme.id, mine.id)).toMatchObject({ by: 'ann' })
      const barredBy = async () => (await store().read.credentials.fileById(mine.id))?.barredBy
      expect(await barredBy()).toEqual([acme.id])
      const remove = () => change((tx) => tx.credentialBars.delete(acme.id, mine.id))
      expect([await remove(), await remove(), await barredBy()]).toEqual([true, false, []])
      stop()
    })
  })
}
