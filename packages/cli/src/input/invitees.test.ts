import { expect, test } from 'vitest'
import { inviteesIn } from './invitees.ts'

test.each([
  ['ann@example.com\nbob\n', ['ann@example.com', 'bob']],
  ['ann@example.com,Ann\nbob,Bob\n', ['ann@example.com', 'bob']],
  ['Email\nann@example.com\n', ['ann@example.com']],
  ['Name,Username,Email,Type\nAnn,ann,ann@example.com,User\nBob,bob,,User\n', ['ann@example.com', 'bob']],
  ['Invitee;\n', ['Invitee;']],
  ['', []],
])('%j', (text, invitees) => {
  expect(inviteesIn(text)).toEqual(invitees)
})
