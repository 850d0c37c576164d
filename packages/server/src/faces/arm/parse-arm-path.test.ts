import { describe, expect, test } from 'vitest'
import { parseArmPath } from './parse-arm-path.ts'

const GROUP = '/subscriptions/S/resourceGroups/G'
const REGISTRY = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/R`
const place = { subscription: 'S', group: 'G', registry: 'R' }

describe('what a path names', () => {
  test.each([
    ['/tenants?api-version=2019-11-01', { type: 'tenants', place: {}, name: '' }],
    ['/subscriptions?api-version=2019-11-01', { type: 'subscriptions', place: {}, name: '' }],
    ['/subscriptions/S', { type: 'subscription', place: { subscription: 'S' }, name: '' }],
    ['/subscriptions/S/resources?$filter=x', { type: 'resources', place: { subscription: 'S' }, name: '' }],
    [`${GROUP}/resources`, { type: 'resources', place: { subscription: 'S', group: 'G' }, name: '' }],
    ['/subscriptions/S/resourcegroups', { type: 'groups', place: { subscription: 'S' }, name: '' }],
    [GROUP, { type: 'group', place: { subscription: 'S', group: 'G' }, name: '' }],
    [
      '/subscriptions/S/providers/Microsoft.ContainerRegistry/registries',
      { type: 'registries', place: { subscription: 'S' }, name: '' },
    ],
    [
      `${GROUP}/providers/Microsoft.ContainerRegistry/registries/`,
      { type: 'registries', place: { subscription: 'S', group: 'G' }, name: '' },
    ],
    [REGISTRY, { type: 'registry', place, name: '' }],
    [`${REGISTRY}/tokens`, { type: 'tokens', place, name: '' }],
    [`${REGISTRY}/tokens/MyToken?api-version=1`, { type: 'token', place, name: 'MyToken' }],
    [`${REGISTRY}/scopeMaps`, { type: 'scope-maps', place, name: '' }],
    [`${REGISTRY}/scopeMaps/My_Map`, { type: 'scope-map', place, name: 'My_Map' }],
    [`${REGISTRY}/generateCredentials`, { type: 'credentials', place, name: '' }],
    [`${REGISTRY.toUpperCase()}/TOKENS/MyToken`, { type: 'token', place, name: 'MyToken' }],
    [`${REGISTRY.replaceAll('/', '//')}//tokens/My%54oken`, { type: 'token', place, name: 'MyToken' }],
    [`${REGISTRY}%2Ftokens`, { type: 'registry', place: { ...place, registry: 'R/tokens' }, name: '' }],
    [`${REGISTRY}/tokens/a%2Fb`, { type: 'token', place, name: 'a/b' }],
  ])('%s', (target, expected) => {
    expect(parseArmPath(target)).toEqual(expected)
  })

  test.each([
    ['nothing', '/'],
    ['what nobody knows', '/subscriptions/S/providers'],
    ['another provider', `${GROUP}/providers/Microsoft.Storage/storageAccounts/R`],
    ['what registries have besides', `${REGISTRY}/webhooks`],
    ['something below a token', `${REGISTRY}/tokens/MyToken/more`],
    ['a word that every object has', '/constructor'],
  ])('%s is nothing of ours', (_, target) => {
    expect(parseArmPath(target)).toBeUndefined()
  })

  test.each(['/subscriptions/%', '/subscriptions/%zz', '/subscriptions/%ff'])(
    '%s can not be read',
    (target) => {
      expect(() => parseArmPath(target)).toThrow('holds a `%`')
    },
  )
})
