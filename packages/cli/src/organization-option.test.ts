import { expect, test } from 'vitest'
import { azuresName } from './organization-option.ts'

test.each([
  ['myregistry', 'myregistry'],
  ['MyRegistry', 'myregistry'],
  ['myregistry.localhost:5443', 'myregistry'],
  ['MyRegistry.registry.example.com', 'myregistry'],
  ['', ''],
])('az names a registry `%s`, and means %s', (text, name) => {
  expect(azuresName(text)).toBe(name)
})
