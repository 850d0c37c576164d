import { expect, test } from 'vitest'
import { tokenChange, type TokenChangeOptions } from './token-change.ts'

test.each<{ options: TokenChangeOptions; change: object }>([
  { options: { label: 'ci', status: 'disabled' }, change: { label: 'ci', status: 'inactive' } },
  { options: { address: ['any'] }, change: { addresses: [] } },
  { options: { address: ['192.0.2.0/24'] }, change: { addresses: ['192.0.2.0/24'] } },
  {
    options: { repository: ['samples/* push'] },
    change: { repositories: [{ repository: 'samples/*', permissions: ['scope-image-push'] }] },
  },
  { options: { publicRepositories: 'true' }, change: { publicRepositories: true } },
  { options: { publicRepositories: 'false' }, change: { publicRepositories: false } },
  {
    options: { organizationScope: ['member-read', 'scope-invite-edit'] },
    change: { organizationScopes: ['scope-member-read', 'scope-invite-edit'] },
  },
  { options: { organizationScope: ['none'] }, change: { organizationScopes: [] } },
])('$options changes $change, and nothing else', ({ options, change }) => {
  expect(tokenChange(options, 'oat')).toEqual(change)
})

test('a change of nothing, and repositories of a registry token, are told what to say instead', () => {
  expect(() => tokenChange({}, 'oat')).toThrow('nothing to change')
  expect(() => tokenChange({ repository: ['a pull'] }, 'registry-token')).toThrow(
    'a registry token has its repositories from a scope map',
  )
})
