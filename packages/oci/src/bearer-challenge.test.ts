import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scopes } from '../test/arbitraries.ts'
import { formatBearerChallenge } from './bearer-challenge.ts'
import { parseChallenges } from './parse-challenges.ts'
import { formatScope, parseScopes } from './scope.ts'

const realm = 'https://registry.example/token'
const service = 'registry.example'

describe('formatBearerChallenge', () => {
  test('without scopes, as the answer to `/v2/`', () => {
    expect(formatBearerChallenge({ realm, service })).toBe(
      'Bearer realm="https://registry.example/token",service="registry.example"',
    )
    expect(formatBearerChallenge({ realm, service, scopes: [] })).not.toContain('scope')
  })

  test('several scopes in one parameter, then the error', () => {
    const asked = parseScopes(['repository:acme/b:pull', 'repository:acme/a:push,pull'])
    expect(formatBearerChallenge({ realm, service, scopes: asked, error: 'insufficient_scope' })).toBe(
      'Bearer realm="https://registry.example/token",service="registry.example",' +
        'scope="repository:acme/a:pull,push repository:acme/b:pull",error="insufficient_scope"',
    )
  })

  test('can’t be broken out of', () => {
    const challenge = formatBearerChallenge({ realm: 'a"\r\nSet-Cookie: x\\', service: 'é\u007f' })
    expect(challenge).toBe('Bearer realm="a\\"Set-Cookie: x\\\\",service=""')
  })

  test('clients read back what we wrote', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    })
    fc.assert(
      fc.property(
        printable,
        printable,
        fc.array(scopes, { minLength: 1, maxLength: 4 }),
        (someRealm, name, list) => {
          const [challenge] = parseChallenges(
            formatBearerChallenge({ realm: someRealm, service: name, scopes: list }),
          )
          expect(challenge?.scheme).toBe('bearer')
          expect(Object.fromEntries(challenge?.parameters ?? [])).toEqual({
            realm: someRealm,
            service: name,
            scope: list.map(formatScope).join(' '),
          })
        },
      ),
    )
  })
})
