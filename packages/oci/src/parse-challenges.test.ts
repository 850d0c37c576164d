import { describe, expect, test } from 'vitest'
import { CHALLENGE_MAX_LENGTH, parseChallenges } from './parse-challenges.ts'

/** Scheme, parameters, and what stands in their place: as plain data. */
const parsed = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters, token68 }) => [
    scheme,
    token68 ?? Object.fromEntries(parameters),
  ])

describe('parseChallenges', () => {
  test.each<[header: string, expected: unknown]>([
    // Docker Hub, GHCR, Quay, ECR and ACR, as they were seen.
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/nginx:pull',
          },
        ],
      ],
    ],
    [
      'Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"',
      [['basic', { realm: 'https://1.dkr.ecr.eu-west-1.amazonaws.com/', service: 'ecr.amazonaws.com' }]],
    ],
    // Several, and everything RFC 9110 allows between them.
    [
      'Basic realm="a", Bearer realm="b",scope="c,d"',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b', scope: 'c,d' }],
      ],
    ],
    [
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
        ['basic', { realm: 'simple' }],
      ],
    ],
    [
      'Negotiate, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate YII+/a==, Bearer realm = "b" ,, service=c',
      [
        ['negotiate', 'YII+/a=='],
        ['bearer', { realm: 'b', service: 'c' }],
      ],
    ],
    [' , ,bEaReR \t REALM="x"', [['bearer', { realm: 'x' }]]],
    ['Bearer', [['bearer', {}]]],
    ['Bearer realm=""', [['bearer', { realm: '' }]]],
    ['Bearer realm="a", realm="b"', [['bearer', { realm: 'a' }]]],
    ['Bearer __proto__="a"', [['bearer', Object.fromEntries([['__proto__', 'a']])]]],
    // A broken challenge ends the reading: what it swallowed can't be told.
    ['Basic realm="a", Bearer realm="b', [['basic', { realm: 'a' }]]],
    ['Bearer realm="a" service="b"', []],
    ['Bearer realm="a",service="b" junk, Basic realm="c"', [['bearer', { realm: 'a' }]]],
    ['Bearer foo bar', []],
    ['"quoted"', []],
    ['', []],
    [',,', []],
    [`Bearer realm="${'a'.repeat(CHALLENGE_MAX_LENGTH)}"`, []],
  ])('%s', (header, expected) => {
    expect(parsed(header)).toEqual(expected)
  })
})
