import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, repositoryNames } from '../test/arbitraries.ts'
import {
  describeRepositoryNameProblem,
  parseRepositoryName,
  pathComponents,
  type RepositoryNameProblem,
} from './repository-name.ts'

// From distribution's TestRepositoryNameRegexp, TestValidateRemoteName and TestFullNameRegexp.
const VALID = [
  'short',
  'simple/name',
  'library/ubuntu',
  'docker/stevvooe/app',
  'aa/aa/aa/aa/aa/aa/aa/aa/aa/bb/bb/bb/bb/bb/bb',
  'a',
  'a/aa/a',
  'foo.com/bar',
  'docker-rules/docker',
  'docker---rules/docker',
  'd/docker',
  'dock__er/docker',
  'foo_bar.com',
  'b.gcr.io/test.example.com/my-app',
  'xn--n3h.com/myimage',
  'example.com/some_separator__underscore/myimage',
  'foo/project--id.module--name.ver---sion--name',
  'thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev',
  '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a',
  'a'.repeat(255),
]

const component = (text: string): RepositoryNameProblem => ({ type: 'component', component: text })

const INVALID: readonly (readonly [string, RepositoryNameProblem])[] = [
  ['', { type: 'empty' }],
  ['a'.repeat(256), { type: 'too-long', length: 256 }],
  [`${'a/'.repeat(128)}a`, { type: 'too-long', length: 257 }],
  ['docker/Docker', { type: 'uppercase' }],
  ['DOCKER', { type: 'uppercase' }],
  ['Docker/%C3%A4', component('Docker')],
  ['s%C3%A4mples/app', component('s%C3%A4mples')],
  ['docker/', component('')],
  ['/docker', component('')],
  ['a//a/a', component('')],
  ['docker///docker', component('')],
  ['-docker/docker', component('-docker')],
  ['docker-/docker', component('docker-')],
  ['foo/-bar', component('-bar')],
  ['____/____', component('____')],
  ['_docker/_docker', component('_docker')],
  ['dock___er', component('dock___er')],
  ['dock..er/docker', component('dock..er')],
  ['dock_.er/docker', component('dock_.er')],
  ['dock-.er/docker', component('dock-.er')],
  ['example.com/.dots/myimage', component('.dots')],
  ['a/../b', component('..')],
  ['a/./b', component('.')],
  ['docker./docker', component('docker.')],
  ['aa/asdf$$^/aa', component('asdf$$^')],
  ['foo:8080/bar', component('foo:8080')],
  ['a/b c', component('b c')],
  ['a\n', component('a\n')],
  ['a/%2e%2e', component('%2e%2e')],
  ['café', component('café')],
  ['a/*', component('*')],
]

describe('parseRepositoryName', () => {
  test.each(VALID)('accepts %s', (text) => {
    expect(parseRepositoryName(text)).toEqual({ type: 'ok', value: text })
  })

  test.each(INVALID)('refuses %j', (text, problem) => {
    expect(parseRepositoryName(text)).toEqual({ type: 'error', error: problem })
  })

  test('accepts everything the grammar makes', () => {
    fc.assert(
      fc.property(repositoryNames, (name) => {
        expect(pathComponents(name).join('/')).toBe(name)
      }),
    )
  })

  test('what it accepts needs no escaping anywhere and climbs nowhere', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = parseRepositoryName(text)
        if (read.type === 'error') return
        expect(encodeURIComponent(text).replaceAll('%2F', '/')).toBe(text)
        expect(new URL(text, 'http://host/base/').pathname).toBe(`/base/${text}`)
      }),
    )
  })
})

describe('describeRepositoryNameProblem', () => {
  test.each(INVALID)('says in one line what is wrong with %j', (_text, problem) => {
    expect(describeRepositoryNameProblem(problem)).toMatch(/^[^\n]{1,300}$/)
  })

  test('cannot be made to speak in another’s voice', () => {
    expect(describeRepositoryNameProblem(component('a`\u001b[2Jb'))).toMatch(/^`a' \[2Jb` can't be/)
  })
})
