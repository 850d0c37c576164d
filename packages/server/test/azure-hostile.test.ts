/** Whatever is sent to Azure's paths and forms is answered, soon, in the protocol's own words, and never by an error of ours. */
import { ERROR_CODES } from '@wharden/oci'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { azureBed, site } from './azure-bed.ts'
import type { Answer, Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { demand } from './images.ts'

/** Milliseconds, on a busy machine; what goes quadratic takes minutes. */
const SOON = 20_000
const RUNS = { numRuns: 250 }

/** What Azure's answers add to the registry's own. */
const CODES: ReadonlySet<string> = new Set([...Object.keys(ERROR_CODES), 'REGISTRY_DISALLOWED_OPERATION'])

const PIECES = [
  'samples',
  'app',
  'v1',
  '_tags',
  '_manifests',
  '_catalog',
  '_deleted',
  '_',
  '..',
  '.',
  '',
  '%2F',
  '%2f',
  '%252F',
  '%00',
  '%',
  '%c0%ae',
  '%3A',
  'A',
  '*',
  'sha256:',
  `sha256:${'0'.repeat(64)}`,
  `sha512:${'f'.repeat(128)}`,
  'x'.repeat(300),
  '__proto__',
  'constructor',
  ';',
  '\\',
  "'",
  '"',
  '<script>',
  '{}',
]

const QUERY_VALUES = [
  '',
  '0',
  '1',
  '-1',
  '1e9',
  '99999999999999999999',
  'NaN',
  'timeasc',
  'timedesc',
  'none',
  'toString',
  'v1@1763712000000',
  '@',
  'a@99999999999999999999',
  '%00',
  '%ff',
  '%F0%9F%90%B3',
  `sha256:${'0'.repeat(64)}`,
  'sha256:x',
  'x'.repeat(2_000),
  '&',
  '=',
  '+',
]

const FORM_VALUES = [
  ...QUERY_VALUES,
  'password',
  'refresh_token',
  'access_token',
  'access_token_refresh_token',
  'repository:samples/app:*',
  'registry:catalog:*',
  'repository:*:*',
  `${'repository:a:pull '.repeat(1_000)}`,
  'a.b.c',
  '..',
  `${'.'.repeat(2_000)}`,
  'whd_rgt_x',
  'whd_oat_',
  '00000000-0000-0000-0000-000000000000',
]

/** A text that can stand in a request's first line. */
const line = (text: string) =>
  text.replaceAll(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()))

const path = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    ),
    { maxLength: 8 },
  )
  .chain((pieces) =>
    fc.constantFrom('/', '%2F').map((slash) => line(pieces.join(slash)).replaceAll('?', '%3F')),
  )
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'n',
        'last',
        'orderby',
        'digest',
        'api-version',
        'service',
        'scope',
        'account',
        '__proto__',
      ),
      fc.oneof(fc.constantFrom(...QUERY_VALUES), fc.string({ unit: 'binary', maxLength: 30 }).map(line)),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
const form = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'grant_type',
        'service',
        'scope',
        'username',
        'password',
        'refresh_token',
        'access_token',
        'tenant',
        'client_id',
        'access_type',
        '__proto__',
      ),
      fc.oneof(fc.constantFrom(...FORM_VALUES), fc.string({ unit: 'binary', maxLength: 40 })),
    ),
    { maxLength: 8 },
  )
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]) => [name, value.toWellFormed()])).toString())
const body = fc.oneof(
  form,
  fc.uint8Array({ maxLength: 300 }),
  fc.json(),
  fc.constantFrom('', '[', 'null', '{"deleteEnabled":1}', `{"a":${'['.repeat(5_000)}`),
)

describeOnEachDatabase('hostile requests of Azure’s data plane', (server) => {
  const { ci, make } = azureBed(server)
  let token: string
  beforeAll(async () => {
    const { name } = await make()
    const asked = { grant_type: 'password', username: ci().name, password: ci().secret }
    const scope = ['registry:catalog:*', `repository:${name}:*`, 'repository:samples/app:*'].join(' ')
    const body = new URLSearchParams({ ...asked, scope }).toString()
    token = demand(await server().send('POST', '/oauth2/token', { site, body }), 200).json.access_token
  })

  /** Sends it as nobody, by Basic, and with a token of Azure's. */
  async function expectSaid(method: string, target: string, sent: Sent = {}): Promise<void> {
    for (const by of [{}, { as: ci() }, { token }]) {
      const started = performance.now()
      const answer = await server().send(method, target, { site, ...sent, ...by })
      expect([method, target, performance.now() - started < SOON]).toEqual([method, target, true])
      expectProtocols(answer, `${method} ${target}`)
    }
  }

  function expectProtocols({ status, headers, json }: Answer, what: string): void {
    expect([what, status < 500]).toEqual([what, true])
    if (status < 400) return
    expect([what, headers['content-type']]).toEqual([what, expect.stringMatching(/^application\/json/)])
    const [{ code, message }] = json.errors
    expect([what, CODES.has(code)]).toEqual([what, true])
    expect(message).toMatch(/^[^\p{Cc}]{10,1024}$/u)
    if (status === 401) expect(headers['www-authenticate']).toMatch(/^[\x20-\x7e]+$/)
  }

  it('paths and queries below /acr/v1/', async () => {
    const methods = fc.constantFrom('GET', 'PATCH', 'DELETE', 'POST', 'PUT', 'OPTIONS')
    await fc.assert(
      fc.asyncProperty(methods, path, query, async (method, below, asked) =>
        expectSaid(method, `/acr/v1/${below}${asked === '' ? '' : `?${asked}`}`),
      ),
      RUNS,
    )
  }, 60_000)

  it('queries of lists that are there', async () => {
    const { name } = await make()
    const lists = fc.constantFrom('_catalog', `${name}/_tags`, `${name}/_manifests`)
    await fc.assert(
      fc.asyncProperty(lists, query, (list, asked) => expectSaid('GET', `/acr/v1/${list}?${asked}`)),
      RUNS,
    )
  }, 60_000)

  it('bodies of changes', async () => {
    const { name } = await make()
    await fc.assert(
      fc.asyncProperty(body, (sent) => expectSaid('PATCH', `/acr/v1/${name}/_tags/v1`, { body: sent })),
      RUNS,
    )
  }, 60_000)

  it('forms of the token service, and queries of it', async () => {
    const paths = fc.constantFrom('/oauth2/token', '/oauth2/exchange')
    await fc.assert(
      fc.asyncProperty(paths, body, query, async (where, sent, asked) => {
        await expectSaid('POST', where, { body: sent })
        await expectSaid('GET', `${where}?${asked}`)
      }),
      RUNS,
    )
  }, 60_000)

  it('a text that the database can’t hold is bad input, wherever it comes from', async () => {
    const { name, manifest } = await make()
    for (const target of [
      '/token?service=%00',
      '/oauth2/token?service=%00',
      `/v2/${name}/referrers/${manifest.digest}?artifactType=%00`,
      `/v2/${name}/tags/list?last=%00`,
      `/acr/v1/${name}/_tags?last=%00`,
    ])
      for (const by of [{}, { as: ci() }, { token }]) {
        const { status } = await server().send('GET', target, { site, ...by })
        expect([target, [400, 401, 404].includes(status)]).toEqual([target, true])
      }
    expect(server().logged()).not.toContain('something went wrong')
    expect(server().logged()).not.toContain('request failed')
  })

  it('forms and bodies that are too large are refused, not read to their end', async () => {
    const large = Buffer.alloc(1024 * 1024, 'a')
    for (const [method, where] of [
      ['POST', '/oauth2/token'],
      ['POST', '/oauth2/exchange'],
      ['PATCH', '/acr/v1/samples/app'],
    ] as const) {
      const answer = await server().send(method, where, { site, body: large, as: ci() })
      expect([where, answer.status, answer.json.errors[0].code]).toEqual([where, 413, 'SIZE_INVALID'])
    }
  })
})
