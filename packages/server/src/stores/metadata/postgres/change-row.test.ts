import { expect, test } from 'vitest'
import { changeOf } from './change-row.ts'

const row = { id: '1', tenant_id: null, version: null }

test('a row names what must be forgotten', () => {
  expect(changeOf({ ...row, topics: '["credential:a","repository-name:o/app"]' })).toEqual({
    type: 'topics',
    raised: undefined,
    topics: ['credential:a', 'repository-name:o/app'],
  })
})

test.each([
  ['a kind that this version does not know', '["credential:a","robot:b"]'],
  ['another form', '{"topics":["credential:a"]}'],
  ['things that are no topics', '[1]'],
  ['a topic of nothing', '["credential"]'],
  ['what is no JSON', 'credential:a'],
])('%s makes everything be forgotten', (_, topics) => {
  expect(changeOf({ ...row, topics })).toEqual({ type: 'resync' })
})
