import { describe, expect, test } from 'vitest'
import { parseScopes } from './scope.ts'
import { parseAccessClaims, type AccessClaims } from './token-claims.ts'

const asked = parseScopes(['repository:acme/app:pull,push', 'registry:catalog:*'])

const claims: AccessClaims = {
  iss: 'https://registry.example',
  sub: 'alice',
  aud: 'registry.example',
  exp: 1_800_000_300,
  nbf: 1_800_000_000,
  iat: 1_800_000_000,
  jti: '01J',
  access: parseScopes(['repository:acme/app:pull']),
  whd: { credential: 'cred_1', version: 3, site: 'registry.example', asked },
}

const overJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('parseAccessClaims', () => {
  test('reads back what was written', () => {
    expect(parseAccessClaims(overJson(claims))).toEqual(claims)
  })

  test('reads an anonymous token, which names nobody', () => {
    const anonymous = {
      ...claims,
      sub: '',
      access: [],
      whd: { ...claims.whd, credential: '', version: 0, asked: [] },
    }
    expect(parseAccessClaims(overJson(anonymous))).toEqual(anonymous)
  })

  test('drops claims it doesn’t know', () => {
    expect(parseAccessClaims({ ...claims, admin: true, whd: { ...claims.whd, admin: true } })).toEqual(claims)
  })

  // https://github.com/goharbor/harbor/commit/8b8223313b: a verifier that fell over a missing `iat`
  const names = Object.keys(claims)
  test.each(names)('refuses a token without `%s`', (name) => {
    expect(
      parseAccessClaims(Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))),
    ).toBeUndefined()
  })
  const wrong = [null, true, -1, 1.5, Number.NaN, Infinity, 2 ** 53, {}, ['x'], [null]]
  test.each(names.flatMap((name) => wrong.map((value) => [name, value] as const)))(
    'refuses a token whose `%s` is %j',
    (name, value) => {
      expect(parseAccessClaims({ ...claims, [name]: value })).toBeUndefined()
    },
  )
  test.each(
    Object.keys(claims.whd).flatMap((name) => [...wrong, undefined].map((value) => [name, value] as const)),
  )('refuses a token whose `whd.%s` is %j', (name, value) => {
    expect(parseAccessClaims({ ...claims, whd: { ...claims.whd, [name]: value } })).toBeUndefined()
  })

  test.each([...wrong, ''])('refuses a token that was issued by the password %j', (password) => {
    expect(parseAccessClaims({ ...claims, whd: { ...claims.whd, password } })).toBeUndefined()
  })
  test('knows the password that a token was issued by', () => {
    const by = { ...claims, whd: { ...claims.whd, password: 'a-mark' } }
    expect(parseAccessClaims(by)).toEqual(by)
  })

  test.each([
    ['an unknown type', { type: 'plugin', name: 'a', actions: ['pull'] }],
    ['an invalid name', { type: 'repository', name: 'A', actions: ['pull'] }],
    ['a wildcard', { type: 'repository', name: '*', actions: ['pull'] }],
    ['an unknown action', { type: 'repository', name: 'a', actions: ['admin'] }],
    ['no action', { type: 'repository', name: 'a', actions: [] }],
    ['an action twice', { type: 'repository', name: 'a', actions: ['pull', 'pull'] }],
    ['actions out of order', { type: 'repository', name: 'a', actions: ['push', 'pull'] }],
    ['an action the catalog doesn’t know', { type: 'registry', name: 'catalog', actions: ['pull'] }],
    ['another registry scope', { type: 'registry', name: 'a', actions: ['*'] }],
  ])('refuses %s', (_what, scope) => {
    expect(parseAccessClaims({ ...claims, access: [scope] })).toBeUndefined()
    expect(parseAccessClaims({ ...claims, whd: { ...claims.whd, asked: [scope] } })).toBeUndefined()
  })

  test.each([undefined, null, '', 1, [], {}, 'eyJ', [claims]])('refuses %j', (value) => {
    expect(parseAccessClaims(value)).toBeUndefined()
  })
})
