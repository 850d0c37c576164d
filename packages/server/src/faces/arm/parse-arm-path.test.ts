import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
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

  test('whatever it is called, it is found by that', () => {
    const part = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(part, part, part, part, (subscription, group, registry, name) => {
        const [s, g, r, n] = [subscription, group, registry, name].map(encodeURIComponent)
        const id = `/subscriptions/${s}/resourceGroups/${g}/providers/Microsoft.ContainerRegistry/registries/${r}/tokens/${n}`
        expect(parseArmPath(id)).toEqual({ type: 'token', place: { subscription, group, registry }, name })
      }),
    )
  })

  test('any text is read, or refused by a sentence', () => {
    const steps = fc.array(
      fc.oneof(fc.constantFrom(...REGISTRY.split('/'), 'tokens', '%', '..', '{name}'), fc.string()),
    )
    fc.assert(
      fc.property(steps, (written) => {
        try {
          parseArmPath(written.join('/'))
        } catch (cause) {
          expect(cause).toBeInstanceOf(AppError)
        }
      }),
    )
  })
})
