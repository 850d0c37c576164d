import { expect, test } from 'vitest'
import { inviteIn } from './invite-answer.ts'

test.each([
  ['https://registry.example.com/invites?secret=whd_inv_x', { secret: 'whd_inv_x' }],
  ['whd_inv_x', { secret: 'whd_inv_x' }],
  [' whd_inv_x\n', { secret: 'whd_inv_x' }],
  ['01a1fd8c-6900-743c-933e-fac988a4f80f', { invite: '01a1fd8c-6900-743c-933e-fac988a4f80f' }],
])('%j', (text, invite) => {
  expect(inviteIn(text)).toEqual(invite)
})
