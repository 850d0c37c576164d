import { describe, expect, test } from 'vitest'
import { describeScopeMapProblem, formatScopeMapAction, parseScopeMapAction } from './scope-map.ts'

describe('an action of a scope map', () => {
  test.each([
    ['repositories/samples/nginx/content/read', { type: 'exact', name: 'samples/nginx' }, 'content/read'],
    ['repositories/nginx/content/write', { type: 'exact', name: 'nginx' }, 'content/write'],
    ['repositories/*/metadata/read', { type: 'under', prefix: '' }, 'metadata/read'],
    ['repositories/samples/*/content/delete', { type: 'under', prefix: 'samples/' }, 'content/delete'],
    ['repositories/a/b/*/metadata/write', { type: 'under', prefix: 'a/b/' }, 'metadata/write'],
    ['repositories/content/read/content/read', { type: 'exact', name: 'content/read' }, 'content/read'],
    ['repositories/my.app/content/read', { type: 'exact', name: 'my.app' }, 'content/read'],
  ])('%s', (text, path, action) => {
    const parsed = parseScopeMapAction(text)
    expect(parsed).toEqual({ type: 'ok', value: { selector: { type: 'ours', path }, action } })
    expect(parsed.type === 'ok' && formatScopeMapAction(parsed.value)).toBe(text)
  })

  test.each([
    ['repositories/docker.io/library/*/content/read', 'docker.io', { type: 'under', prefix: 'library/' }],
    ['repositories/docker.io/*/content/read', 'docker.io', { type: 'under', prefix: '' }],
    ['repositories/docker.io/**/content/read', 'docker.io', { type: 'under', prefix: '' }],
    [
      'repositories/index.docker.io/nginx/content/read',
      'docker.io',
      { type: 'exact', name: 'library/nginx' },
    ],
    ['repositories/quay.io:5000/a/b/content/read', 'quay.io:5000', { type: 'exact', name: 'a/b' }],
  ])('%s is of another registry', (text, host, path) => {
    const value = { selector: { type: 'upstream', host, path }, action: 'content/read' }
    expect(parseScopeMapAction(text)).toEqual({ type: 'ok', value })
  })
})

describe('what is none says what to write instead', () => {
  test.each([
    ['samples/nginx/content/read', /write `repositories\/REPOSITORY\/ACTION`/],
    ['repositories/content/read', /write `repositories\/REPOSITORY\/ACTION`/],
    ['repositories//content/read', /write `repositories\/REPOSITORY\/ACTION`/],
    ['repositories/a/content/list', /`content\/list` isn't an action: use one of content\/read/],
    ['repositories/a/Content/Read', /`Content\/Read` isn't an action/],
    ['repositories/sample/*/teamA/content/read', /`sample\/\*\/teamA` has its `\*` in the wrong place/],
    ['repositories/sample/teamA*/content/read', /has its `\*` in the wrong place/],
    ['repositories/sample/teamA/*/projectB/*/content/read', /has its `\*` in the wrong place/],
    ['repositories/**/content/read', /has its `\*` in the wrong place/],
    ['repositories/a/**/content/read', /has its `\*` in the wrong place/],
    ['repositories/Samples/nginx/content/read', /lower-case/],
    ['repositories/a/../b/content/read', /`\.\.` can't be a part/],
    ['repositories/a\nb/content/read', /can't be a part/],
    ['gateway/edge/config/read', /connected registries/],
  ])('%s', (text, says) => {
    const parsed = parseScopeMapAction(text)
    expect(parsed.type === 'error' && describeScopeMapProblem(parsed.error)).toMatch(says)
  })
})
