import { expect, test } from 'vitest'
import {
  AbsoluteRepositoryPattern,
  Network,
  NewScopeMapName,
  OrganizationName,
  RegistryTokenName,
  RepositoryPath,
  RepositoryPattern,
  ScopeMapName,
  Timestamp,
  UpstreamPattern,
} from './names.ts'

const names = {
  OrganizationName,
  RepositoryPath,
  RepositoryPattern,
  AbsoluteRepositoryPattern,
  UpstreamPattern,
  RegistryTokenName,
  ScopeMapName,
  Network,
  NewScopeMapName,
  Timestamp,
}

test.each<{ name: keyof typeof names; valid: string[]; invalid: string[] }>([
  {
    name: 'OrganizationName',
    valid: ['acme', 'my-registry', 'a1', 'x'.repeat(63)],
    invalid: ['', 'a', 'Acme', 'a_b', '-ab', 'ab-', 'acme.io', 'orgs', 'x'.repeat(64), 'acme/', 'ac\nme'],
  },
  {
    name: 'RepositoryPath',
    valid: ['app', 'samples/nginx', 'a__b/c-d.e'],
    invalid: ['', 'App', 'a//b', '/a', 'a/', 'a:tag', '../a', 'a/../b', `a${'/a'.repeat(128)}`],
  },
  {
    name: 'RepositoryPattern',
    valid: ['*', 'samples/nginx', 'samples/*', 'a/b/*'],
    invalid: ['', '**', '/*', 'samples/team*', 'sample/*/team', 'samples/*/*', '*/x', 'Samples/*'],
  },
  {
    name: 'AbsoluteRepositoryPattern',
    valid: ['*', 'acme/*', 'acme/app', 'docker.io/library/*', 'localhost:5000/*'],
    invalid: ['', 'acme', 'acme/', '*/app', 'acme/ap*', 'Acme/app', 'orgs/app'],
  },
  {
    name: 'UpstreamPattern',
    valid: ['docker.io/*', 'docker.io/library/nginx', 'registry.example.com:5000/a/*', '[::1]:5000/*'],
    invalid: [
      '*',
      'docker.io',
      'library/*',
      '/nginx',
      'docker.io/',
      'docker.io/Lib/*',
      'https://docker.io/*',
    ],
  },
  {
    name: 'RegistryTokenName',
    valid: ['MyToken', 'device-01'],
    invalid: ['abcd', 'my_token', 'x'.repeat(51), 'a b c d'],
  },
  {
    name: 'ScopeMapName',
    valid: ['MyScopeMap', 'MyToken-scope-map', '_repositories_pull', 'Nope'],
    invalid: ['', 'a/b/c/d', 'x'.repeat(62)],
  },
  {
    name: 'NewScopeMapName',
    valid: ['MyScopeMap', 'my_map', `${'x'.repeat(50)}-scope-map`],
    invalid: ['abcd', 'a/b/c/d', '_repositories_pull', 'x'.repeat(51)],
  },
  {
    name: 'Network',
    valid: ['192.0.2.1', '192.0.2.0/24', '2001:db8::1', '2001:db8::/32', '0.0.0.0/0'],
    invalid: ['', '192.0.2', '192.0.2.0/33', 'example.com', '10.0.0.1/8/8', 'fe80::1%eth0'],
  },
  {
    name: 'Timestamp',
    valid: ['2026-11-21T01:02:03.004Z'],
    invalid: ['2026-11-21', '1763686923', '2026-13-01T00:00:00Z'],
  },
])('$name', ({ name, valid, invalid }) => {
  expect(valid.filter((text) => !names[name].safeParse(text).success)).toEqual([])
  expect(invalid.filter((text) => names[name].safeParse(text).success)).toEqual([])
})

test('a name that is wrong is told in our words, once', () => {
  const parsed = RepositoryPath.safeParse('Samples')
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual(['repository names must be lower-case'])
})
