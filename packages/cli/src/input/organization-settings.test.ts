import { expect, test } from 'vitest'
import { settingsOf } from './organization-settings.ts'

test('only what was said is changed', () => {
  expect(settingsOf({})).toEqual({})
  expect(
    settingsOf({
      allowReactivation: 'false',
      maximumLifetime: ['pat=90d', 'oat=365', 'registry-token=none'],
    }),
  ).toEqual({
    allowReactivation: false,
    maximumLifetimes: { pat: 90, oat: 365, 'registry-token': null },
  })
})

test.each(['90d', 'session=90d', 'pat=', 'pat=1y', 'pat=90000d'])('`%s` is no lifetime', (value) => {
  expect(() => settingsOf({ maximumLifetime: [value] })).toThrow(`\`${value}\` is not a lifetime`)
})
