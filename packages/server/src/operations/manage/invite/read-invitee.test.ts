import { contract } from '@wharden/api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readInvitee } from './read-invitee.ts'

test.each([
  ['alice', { type: 'user', name: 'alice' }],
  [' Alice ', { type: 'user', name: 'alice' }],
  ['Bob@Example.com', { type: 'email', email: 'bob@example.com' }],
  ["o'neill+ci@mail.example.co.uk", { type: 'email', email: "o'neill+ci@mail.example.co.uk" }],
  ['', undefined],
  ['a', undefined],
  ['not a name', undefined],
  ['invites', undefined],
  ['@example.com', undefined],
  ['bob@localhost', undefined],
  ['bob@example..com', undefined],
  ['bob@example.com, eve@example.com', undefined],
  ['Bob <bob@example.com>', undefined],
  [`${'x'.repeat(250)}@example.com`, undefined],
])('%j', (text, invitee) => {
  expect(readInvitee(text)).toEqual(invitee)
})

test('whatever address may be invited may be an account’s, and the other way round', () => {
  const schema = contract.user.update['~orpc'].inputSchema
  const isAccounts = (email: string) => schema?.safeParse({ user: 'alice', email }).success
  const address = fc.oneof(fc.emailAddress(), fc.stringMatching(/^[a-z0-9.+'_-]{1,6}@[a-z0-9.-]{1,10}$/))
  fc.assert(
    fc.property(address, (text) => {
      const email = text.toLowerCase()
      expect(readInvitee(email)?.type === 'email').toBe(isAccounts(email))
    }),
  )
})
