import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Invitee, InviteRecord, InviteState, NewInvite } from '../port/invites.ts'
import type { MetadataStore } from '../port.ts'
import {
  accountName,
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

const WEEK = 7 * 86_400_000

export function invitesContract(harness: Harness): void {
  describe('invites', () => {
    let passed = 0
    const start = Date.now()
    const store = storeFor(harness, { now: () => start + passed })

    async function invite(
      { id }: { id: InviteRecord['organization'] },
      invitee: Invitee,
      fields: Partial<NewInvite> = {},
    ): Promise<{ readonly invite: InviteRecord; readonly hash: Uint8Array }> {
      const hash = randomBytes(32)
      const expiresAt = store().now() + WEEK
      const invited = {
        invitee,
        role: 'member',
        group: undefined,
        invitedBy: 'root',
        hash,
        expiresAt,
      } as const
      const made = await store().change(id, SYSTEM, (tx) =>
        tx.invites.create(id, [{ ...invited, ...fields }]),
      )
      return { invite: required(made[0]), hash }
    }

    const close = (
      { id, organization }: InviteRecord,
      state: Exclude<InviteState, 'pending'>,
      at: MetadataStore = store(),
    ) => at.change(organization, SYSTEM, (tx) => tx.invites.close(id, state))

    const mail = (email: string): Invitee => ({ type: 'email', email })

    test('one is found by its id, its link and its user, as it was made', async () => {
      const organization = await createOrganization(store())
      const { id: user, name } = await createUser(store())
      const { invite: made, hash } = await invite(organization, { type: 'user', user, name })
      expect(made).toMatchObject({ state: 'pending', role: 'member', invitee: { user, name } })
      expect(await store().read.invites.byId(made.id)).toEqual(made)
      expect(await store().read.invites.byLink(hash)).toEqual({ invite: made, replaced: false })
      expect(await store().read.invites.waitingFor(user)).toEqual([made])
      expect(await store().read.invites.byLink(randomBytes(32))).toBeUndefined()
    })

    test('a new link takes the place of those before, which are known still', async () => {
      const organization = await createOrganization(store())
      const { invite: made, hash: first } = await invite(organization, mail('a@example.com'))
      passed += WEEK
      expect((await store().read.invites.byId(made.id))?.state).toBe('expired')
      const second = randomBytes(32)
      const expiresAt = store().now() + WEEK
      const renewed = await store().change(organization.id, SYSTEM, (tx) =>
        tx.invites.renew(made.id, { hash: second, expiresAt }),
      )
      expect(renewed).toEqual({ ...made, sentAt: store().now(), expiresAt })
      expect(await store().read.invites.byLink(first)).toMatchObject({
        invite: { state: 'pending' },
        replaced: true,
      })
      expect(await store().read.invites.byLink(second)).toMatchObject({ replaced: false })
      await close(made, 'cancelled')
      const late = { hash: randomBytes(32), expiresAt }
      expect(
        await store().change(organization.id, SYSTEM, (tx) => tx.invites.renew(made.id, late)),
      ).toBeUndefined()
      expect(await store().read.invites.byLink(late.hash)).toBeUndefined()
    })

    test('of many who close one, one does', async () => {
      const organization = await createOrganization(store())
      const { invite: made, hash } = await invite(organization, mail('a@example.com'))
      const closed = await Promise.all(Array.from({ length: 6 }, () => close(made, 'accepted')))
      expect(closed.filter((mine) => mine)).toHaveLength(1)
      expect(await store().read.invites.byLink(hash)).toMatchObject({
        invite: { state: 'accepted', closedAt: store().now() },
      })
    })

    test('there is one open invite for each, and another once it was closed', async () => {
      const organization = await createOrganization(store())
      const { invite: made } = await invite(organization, mail('twice@example.com'))
      await expect(invite(organization, mail('twice@example.com'))).rejects.toThrow()
      await close(made, 'declined')
      await invite(organization, mail('twice@example.com'))
      await invite(await createOrganization(store()), mail('twice@example.com'))
    })

    test('lists go in the order they were made, page by page, by state', async () => {
      const organization = await createOrganization(store())
      const { id: other } = await createOrganization(store())
      const made: InviteRecord[] = []
      for (const name of ['z', 'y', 'x', 'w'])
        made.push((await invite(organization, mail(`${name}@example.com`))).invite)
      await invite({ id: other }, mail('z@example.com'))
      const [late, accepted] = [required(made[0]), required(made[1])]
      await close(accepted, 'accepted')
      const { invite: soon } = await invite(organization, mail('soon@example.com'), {
        expiresAt: store().now() + 1_000,
      })
      passed += 1_000
      await close(late, 'expired')
      const of = async (state?: InviteState, page: { limit: number; last?: string } = { limit: 10 }) =>
        store().read.invites.ofOrganization(organization.id, { ...page, state })
      const ids = async (state?: InviteState) => (await of(state)).items.map(({ id }) => id)
      expect(await ids()).toEqual([...made, soon].map(({ id }) => id))
      expect(await ids('pending')).toEqual(made.slice(2).map(({ id }) => id))
      expect(await ids('accepted')).toEqual([accepted.id])
      expect(await ids('expired')).toEqual([late.id, soon.id])
      const first = await of('pending', { limit: 1 })
      expect(first.more).toBe(true)
      expect(await of('pending', { limit: 1, last: required(first.items[0]).id })).toMatchObject({
        items: [{ id: made[3]?.id }],
        more: false,
      })
    })

    test('who is who, of a thousand at once', async () => {
      const organization = await createOrganization(store())
      const stranger = await createUser(store())
      const member = await store().change(store().installation, SYSTEM, async (tx) =>
        required(await tx.users.create({ name: uniqueName('m'), email: 'Member@Example.com' })),
      )
      await store().change(organization.id, SYSTEM, (tx) =>
        tx.memberships.put(organization.id, member.id, 'member'),
      )
      const { invite: open } = await invite(organization, {
        type: 'user',
        user: stranger.id,
        name: stranger.name,
      })
      const { invite: late } = await invite(organization, mail('late@example.com'), {
        expiresAt: store().now(),
      })
      await invite(organization, mail('somebody.else@example.com'))
      const emails = ['member@example.com', 'late@example.com']
      const many = Array.from({ length: 1_000 }, (_, index) => `nobody-${index}@example.com`)
      const names = [stranger.name, member.name, accountName('nobody-there')]
      const standing = await store().read.invites.standing(organization.id, {
        names,
        emails: [...emails, ...many],
      })
      expect(standing.users).toEqual(
        new Map([
          [stranger.name, stranger.id],
          [member.name, member.id],
        ]),
      )
      expect(standing.members).toEqual(new Set([member.name, 'member@example.com']))
      expect(standing.open.map(({ id }) => id).toSorted()).toEqual([open.id, late.id].toSorted())
      const none = await store().read.invites.standing(organization.id, { names: [], emails: [] })
      expect(none).toEqual({ users: new Map(), members: new Set(), open: [] })
    })

    test('those that wait are counted; of the rest, each is forgotten by when it was closed or expired', async () => {
      const organization = await createOrganization(store())
      const began = store().now()
      const make = async (name: string, expiresAt: number) =>
        invite(organization, mail(`${name}@example.com`), { expiresAt })
      const { invite: accepted } = await make('accepted', began + WEEK)
      const { invite: late, hash } = await make('late', began + 1_000)
      const { invite: waiting } = await make('waiting', began + WEEK)
      passed += 500
      await close(accepted, 'accepted')
      passed += 500
      expect(await store().read.invites.countPending(organization.id)).toBe(1)
      const left = async () =>
        (await store().read.invites.ofOrganization(organization.id, { limit: 10 })).items.map(({ id }) => id)
      const forget = async (before: number) => {
        while ((await store().single.invites.deleteEndedBefore(before, 1)) > 0);
        return left()
      }
      expect(await forget(began + 500)).toEqual([accepted.id, late.id, waiting.id])
      expect(await forget(began + 501)).toEqual([late.id, waiting.id])
      expect(await forget(began + 1_001)).toEqual([waiting.id])
      expect(await store().read.invites.byLink(hash)).toBeUndefined()
    })

    test('a thousand are made at once; all go with their organization, and a user’s with the user', async () => {
      const organization = await createOrganization(store())
      const { id: user, name } = await createUser(store())
      const { invite: ofUser } = await invite(organization, { type: 'user', user, name })
      const many = Array.from({ length: 1_000 }, (_, index): NewInvite => ({
        invitee: mail(`${index}@example.com`),
        role: 'member',
        group: undefined,
        invitedBy: 'root',
        hash: randomBytes(32),
        expiresAt: store().now() + WEEK,
      }))
      const made = await store().change(organization.id, SYSTEM, (tx) =>
        tx.invites.create(organization.id, many),
      )
      expect(made.map(({ invitee }) => invitee)).toEqual(many.map(({ invitee }) => invitee))
      await store().change(store().installation, SYSTEM, (tx) => tx.users.delete(user))
      expect(await store().read.invites.byId(ofUser.id)).toBeUndefined()
      await store().change(store().installation, SYSTEM, (tx) => tx.organizations.delete(organization.id))
      expect(await store().read.invites.byId(required(made[0]).id)).toBeUndefined()
    })
  })
}
