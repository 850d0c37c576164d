import { describe, expect, test } from 'vitest'
import { MYREGISTRY } from '../test/company.ts'
import type { RepositoryId } from './ids.ts'
import {
  bindSelector,
  describeRepositorySelectorProblem,
  formatRepositorySelector,
  parseHubSelector,
} from './repository-selector.ts'

describe("Docker Hub's form of a token's repositories", () => {
  test.each([
    ['acme/app', 'app'],
    ['acme/*', '*'],
    ['acme/team/*', 'team/*'],
    ['*/*/public', '*/*/public'],
    ['docker.io/library/*', 'docker.io/library/*'],
  ])('%s → %s', (text, selector) => {
    const parsed = parseHubSelector(text, 'acme')
    expect(parsed.type === 'ok' && formatRepositorySelector(parsed.value)).toBe(selector)
  })

  test.each([
    ['other/app', /isn't in organization `acme`/],
    ['app', /isn't in organization `acme`/],
    ['acme2/app', /isn't in organization `acme`/],
    ['acme/', /empty/],
    ['acme/App', /lower-case/],
    ['*/*', /isn't in organization `acme`/],
  ])('%s is none', (text, says) => {
    const parsed = parseHubSelector(text, 'acme')
    expect(parsed.type === 'error' && describeRepositorySelectorProblem(parsed.error)).toMatch(says)
  })
})

test('names are bound to ids when they are granted; prefixes hold the organization', () => {
  const bind = (text: string) => {
    const parsed = parseHubSelector(text, 'acme')
    if (parsed.type === 'error') throw new Error(text)
    return bindSelector(parsed.value, MYREGISTRY, (name) => `id of ${name}` as RepositoryId)
  }
  expect(bind('acme/app')).toEqual({ type: 'repository', repository: 'id of app' })
  expect(bind('acme/a/*')).toEqual({ type: 'under', organization: MYREGISTRY, prefix: 'a/' })
  expect(bind('*/*/public')).toEqual({ type: 'public' })
  expect(bind('quay.io/*')).toEqual({
    type: 'upstream',
    organization: MYREGISTRY,
    host: 'quay.io',
    path: { type: 'under', prefix: '' },
  })
})
