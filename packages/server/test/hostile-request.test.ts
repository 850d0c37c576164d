/** Requests no honest client sends: paths that mean two things, framings that mean two things, forged ways (peers.md rows 35–37). */
import { connect } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { basic } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { pushImage } from './images.ts'
import { converse, statusesOf } from './raw.ts'

describeServer('hostile requests', (server) => {
  let narrow: Issued
  beforeAll(async () => {
    await server().organization('acme')
    const ci = await server().oat('acme', { '*': ALL })
    for (const name of ['acme/app', 'acme/secret', 'acme/app/sub'])
      await pushImage(server(), name, { as: ci, tag: 'v1' })
    narrow = await server().oat('acme', { app: READ })
  })

  describe('paths', () => {
    const BAD: readonly (readonly [path: string, status: number, code: string])[] = [
      ['/v2/acme/app%2F..%2Fsecret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme%2Fsecret/manifests/v1', 403, 'DENIED'],
      ['/v2/acme%252Fsecret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app/../secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app/%2e%2e/secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app/..%2Fsecret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app/.%2e/secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/./secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme//secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2//acme/secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app;/../secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app;x=acme/secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app%3B/secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme\\secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme%5Csecret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret%00/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret%20/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret%/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret%zz/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret%c0%ae/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/SECRET/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/secret/manifests/v1%2F', 404, 'MANIFEST_UNKNOWN'],
      ['/v2/acme/app/manifests/..%2F..%2Fsecret%2Fmanifests%2Fv1', 404, 'MANIFEST_UNKNOWN'],
      ['/v2/acme/app/manifests/v1/../../../secret/manifests/v1', 400, 'NAME_INVALID'],
      ['/v2/acme/app/blobs/../../secret/manifests/v1', 400, 'NAME_INVALID'],
      [`/v2/acme/${'a'.repeat(300)}/manifests/v1`, 400, 'NAME_INVALID'],
      [`/v2/acme/${'a/'.repeat(2_000)}b/manifests/v1`, 400, 'NAME_INVALID'],
      [`/v2/acme/app/manifests/${'t'.repeat(129)}`, 404, 'MANIFEST_UNKNOWN'],
      ['/v2/acme/app/manifests/-v1', 404, 'MANIFEST_UNKNOWN'],
      ['/v2/acme/app/manifests/sha256:../../secret', 404, 'NAME_UNKNOWN'],
      ['/v2/acme/app/manifests/sha256:abc', 400, 'DIGEST_INVALID'],
      ['/v2/acme/app/blobs/sha256:..%2F..%2Fetc%2Fpasswd', 400, 'DIGEST_INVALID'],
      ['/v2/acme/app/blobs/uploads/..', 404, 'BLOB_UPLOAD_UNKNOWN'],
      ['/v2/acme/app/blobs/uploads/%2e%2e%2fx', 404, 'BLOB_UPLOAD_UNKNOWN'],
    ]
    it.each(BAD)('%s is %i', async (path, status, code) => {
      const answer = await server().send('GET', path, { as: narrow })
      expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/json' } })
      expect(answer.json.errors[0].code).toBe(code)
    })

    it.each([
      '//v2/acme/secret/manifests/v1',
      '/./v2/acme/secret/manifests/v1',
      '/x/../v2/acme/secret/manifests/v1',
      '/V2/acme/secret/manifests/v1',
      '/%76%32/acme/secret/manifests/v1',
      '/v2%2Facme/secret/manifests/v1',
      '/v2/acme/app/manifests/v1/',
      '/v2/acme/app/',
      '/v2;/acme/secret/manifests/v1',
    ])('%s leads nowhere', async (path) => {
      const { status } = await server().send('GET', path, { as: narrow })
      expect([400, 403, 404]).toContain(status)
    })

    it('what looks like another endpoint is that one, to the router and to the decision alike', async () => {
      const { status } = await server().send('GET', '/v2/acme/app/sub/manifests/v1', { as: narrow })
      expect(status).toBe(403)
      for (const path of [
        '/v2/acme/secret/tags/list?name=acme/app',
        '/v2/acme/secret/manifests/v1#/v2/acme/app',
      ])
        expect((await server().send('GET', path, { as: narrow })).status).not.toBe(200)
    })
  })

  describe('framing: one request is one request, or none', () => {
    const good = () => `GET /health/live HTTP/1.1\r\nHost: ${server().authority}\r\n\r\n`
    const post = (headers: readonly string[], body: string) =>
      `POST /token HTTP/1.1\r\nHost: ${server().authority}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`

    it.each<readonly [string, readonly string[], string]>([
      ['a length and chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
      ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 6'], '0\r\n\r\n'],
      ['two lengths', ['Content-Length: 0', 'Content-Length: 44'], ''],
      ['the same length twice', ['Content-Length: 0', 'Content-Length: 0'], ''],
      ['a list of lengths', ['Content-Length: 0, 44'], ''],
      ['a length with a sign', ['Content-Length: +0'], ''],
      ['a length below nothing', ['Content-Length: -1'], ''],
      ['a hexadecimal length', ['Content-Length: 0x0'], ''],
      ['a length with a space in it', ['Content-Length: 0 0'], ''],
      ['a length beyond measure', ['Content-Length: 99999999999999999999'], ''],
      ['another coding', ['Transfer-Encoding: identity'], '0\r\n\r\n'],
      ['a coding that only looks like chunked', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
      ['chunked, and then another', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
      ['a space before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
      ['a space before a length’s colon', ['Content-Length : 0'], ''],
      ['a folded line', ['X-Folded: a', ' Content-Length: 44'], ''],
      ['a folded coding', ['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'],
      ['a bare CR in a value', ['X-Odd: a\rContent-Length: 44'], ''],
      ['a zero byte in a value', ['X-Odd: a\u0000b'], ''],
      ['a header without a name', [': x'], ''],
      ['a header without a colon', ['nonsense'], ''],
      ['a name with a space', ['X Odd: a'], ''],
      ['chunks whose size is a lie', ['Transfer-Encoding: chunked'], '1\r\nab\r\n0\r\n\r\n'],
      ['chunks that end with a bare LF', ['Transfer-Encoding: chunked'], '0\n\n'],
    ])('%s is 400, and what follows is never answered', async (_what, headers, body) => {
      const said = await converse(server().port, post(headers, body) + good(), { patience: 3_000 })
      expect(statusesOf(said)).toEqual([400])
      expect(said).not.toContain('"live"')
    })

    it.each<readonly [string, () => string]>([
      ['lines that end with LF alone', () => good().replaceAll('\r\n', '\n')],
      ['no Host', () => 'GET /health/live HTTP/1.1\r\n\r\n'],
      ['HTTP/0.9', () => 'GET /health/live\r\n\r\n'],
      ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['a version there isn’t', () => good().replace('HTTP/1.1', 'HTTP/1.9')],
      ['another protocol', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001'],
      ['nothing but noise', () => '\u0000'.repeat(4_096)],
      ['a path with a space', () => good().replace('/health/live', '/health /live')],
      ['a request line without end', () => 'G'.repeat(100_000)],
    ])('%s gets no 200', async (_what, request) => {
      const said = await converse(server().port, request(), { patience: 3_000 })
      expect(statusesOf(said).filter((status) => status < 400)).toEqual([])
    })

    it('a request in the body of another is a body', async () => {
      const inner = good()
      const outer = `GET /health/live HTTP/1.1\r\nHost: ${server().authority}\r\nContent-Length: ${inner.length}\r\nConnection: close\r\n\r\n`
      expect(statusesOf(await converse(server().port, outer + inner))).toEqual([200])
    })

    it('requests one after the other are answered in order, each with its own credential', async () => {
      const ask = (headers: string) =>
        `GET /v2/acme/app/tags/list HTTP/1.1\r\nHost: ${server().authority}\r\n${headers}\r\n`
      const login = `Authorization: ${basic(narrow)}\r\n`
      const said = await converse(
        server().port,
        ask(login) + ask('') + ask(login) + ask('Connection: close\r\n'),
      )
      expect(statusesOf(said)).toEqual([200, 401, 200, 401])
    })

    it('two Authorization headers are not two chances', async () => {
      const said = await converse(
        server().port,
        `GET /v2/acme/app/tags/list HTTP/1.1\r\nHost: ${server().authority}\r\nAuthorization: Basic eDp5\r\nAuthorization: ${basic(narrow)}\r\nConnection: close\r\n\r\n`,
      )
      expect(statusesOf(said).every((status) => status >= 400)).toBe(true)
    })
  })

  describe('addresses', () => {
    const ask = (host: string, headers = '') =>
      converse(
        server().port,
        `GET /v2/ HTTP/1.1\r\n${host}${headers}Authorization: ${basic(narrow)}\r\nConnection: close\r\n\r\n`,
      )
    it.each([
      'evil.example',
      'evil.example:PORT',
      'localhost:1',
      'localhost',
      'localhost:PORT.evil.example',
      'user@localhost:PORT',
      'localhost:PORT/x',
      'a.b.localhost:PORT',
      'v2.localhost:PORT',
      '-acme.localhost:PORT',
      'localhost:PORT, evil.example',
      '[::1]evil:PORT',
      '2130706433:PORT',
      '',
    ])('Host `%s` is misdirected', async (host) => {
      const said = await ask(`Host: ${host.replace('PORT', String(server().port))}\r\n`)
      expect([[421], [400]]).toContainEqual(statusesOf(said))
      expect(said).not.toContain('www-authenticate')
    })

    it.each([
      'localhost:PORT',
      'LOCALHOST:PORT',
      'localhost.:PORT',
      '127.0.0.1:PORT',
      '[::1]:PORT',
      'acme.localhost:PORT',
    ])('Host `%s` is ours', async (host) => {
      expect(statusesOf(await ask(`Host: ${host.replace('PORT', String(server().port))}\r\n`))).toEqual([200])
    })

    it('a flood of names that could be organizations’ leaves no trace', async () => {
      const answers = await Promise.all(
        Array.from({ length: 2_000 }, (_, n) => server().send('GET', '/v2/', { site: `org-${n}.localhost` })),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    })

    it('two Hosts are none', async () => {
      const ours = `Host: ${server().authority}\r\n`
      for (const hosts of [`${ours}Host: evil.example\r\n`, `Host: evil.example\r\n${ours}`, ours + ours])
        expect(statusesOf(await ask(hosts)).every((status) => status >= 400)).toBe(true)
    })

    it('a target that names an address of its own is refused: nobody has to choose between it and Host', async () => {
      const absolute = (target: string, host: string) =>
        converse(
          server().port,
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${basic(narrow)}\r\nConnection: close\r\n\r\n`,
        )
      const { authority } = server()
      for (const origin of [
        'http://evil.example',
        `http://${authority}@evil.example`,
        `http://${authority}`,
        'x',
      ])
        for (const path of ['/v2/', '/v2/acme/secret/tags/list'])
          expect(statusesOf(await absolute(origin + path, authority))).toEqual([400])
    })
  })
})

describeServer('forged ways', (server) => {
  let far: Issued
  beforeAll(async () => {
    await server().organization('acme')
    const ci = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
    far = await server().oat('acme', { '*': READ }, { allowedAddresses: ['192.0.2.7/32'] })
  })
  const ask = (headers: Readonly<Record<string, string>>) =>
    server().send('GET', '/v2/acme/app/manifests/v1', { as: far, headers })

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['x-forwarded-for', { 'x-forwarded-for': '192.0.2.7' }],
    ['x_forwarded_for', { x_forwarded_for: '192.0.2.7' }],
    ['x-real-ip', { 'x-real-ip': '192.0.2.7' }],
    ['forwarded', { forwarded: 'for=192.0.2.7' }],
    [
      'client-ip',
      { 'client-ip': '192.0.2.7', 'true-client-ip': '192.0.2.7', 'cf-connecting-ip': '192.0.2.7' },
    ],
    ['one that asks to be dropped', { 'x-forwarded-for': '192.0.2.7', connection: 'x-forwarded-for' }],
  ])('%s from a stranger changes nothing', async (_what, headers) => {
    const answer = await ask(headers)
    expect(answer.status).toBe(403)
    expect(answer.reason).toContain('127.0.0.1')
  })

  it('nor do a host or a protocol that a stranger claims', async () => {
    for (const headers of [{ 'x-forwarded-host': 'acme.localhost' }, { 'x-forwarded-proto': 'https' }]) {
      const { headers: said } = await server().send('GET', '/v2/', { headers })
      expect(said['www-authenticate']).toContain(`realm="http://${server().authority}/token"`)
    }
  })
})

describeServer(
  'behind a proxy that is trusted',
  (server) => {
    let far: Issued
    beforeAll(async () => {
      await server().organization('acme')
      const ci = await server().oat('acme', { '*': ALL })
      await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
      far = await server().oat('acme', { '*': READ }, { allowedAddresses: ['192.0.2.7/32'] })
    })

    it.each([
      ['the client’s', '192.0.2.7', 200],
      ['the client’s, behind another trusted one', '192.0.2.7, 127.0.0.9', 200],
      ['another’s', '203.0.113.9', 403],
      ['what the client wrote before the proxy did', '192.0.2.7, 203.0.113.9', 403],
      ['garbage', 'unknown', 403],
      ['nothing', '', 403],
    ])('the address is %s', async (_what, hops, status) => {
      const headers = hops === '' ? {} : { 'x-forwarded-for': hops }
      const answer = await server().send('GET', '/v2/acme/app/manifests/v1', { as: far, headers })
      expect(answer.status).toBe(status)
    })

    it('the address called is the one the proxy was called by', async () => {
      const headers = { 'x-forwarded-host': 'registry.example.com', 'x-forwarded-proto': 'https' }
      const { headers: said } = await server().send('GET', '/v2/', { headers })
      expect(said['www-authenticate']).toContain('realm="https://registry.example.com/token"')
      const evil = { ...headers, 'x-forwarded-host': 'evil.example' }
      expect(await server().send('GET', '/v2/', { headers: evil })).toMatchObject({ status: 421 })
    })
  },
  { settings: { WHARDEN_TRUSTED_PROXIES: '127.0.0.0/8', WHARDEN_ORIGINS: 'https://registry.example.com' } },
)

describeServer(
  'by TLS',
  (server) => {
    beforeAll(async () => void (await server().organization('acme')))

    const ask = (servername: string, host: string, alpn = ['http/1.1']) =>
      new Promise<{ readonly said: string; readonly protocol: string | false | null }>((resolve, reject) => {
        const port = server().tlsPort ?? 0
        const socket = connect({
          host: '127.0.0.1',
          port,
          servername,
          ALPNProtocols: alpn,
          rejectUnauthorized: false,
        })
        let said = ''
        socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')))
        socket.on('error', reject)
        socket.on('close', () => resolve({ said, protocol: socket.alpnProtocol }))
        socket.write(
          `GET /v2/ HTTP/1.1\r\nHost: ${host.replace('PORT', String(port))}\r\nConnection: close\r\n\r\n`,
        )
      })

    it.each([
      ['localhost', 'localhost:PORT', 401],
      ['localhost', 'LocalHost:PORT', 401],
      ['acme.localhost', 'acme.localhost:PORT', 401],
      ['', '127.0.0.1:PORT', 401],
      ['localhost', 'acme.localhost:PORT', 421],
      ['acme.localhost', 'localhost:PORT', 421],
      ['localhost', 'localhos:PORT', 421],
      ['localhost', 'evil.example:PORT', 421],
    ])('opened for `%s`, asked as `%s`', async (servername, host, status) => {
      expect(statusesOf((await ask(servername, host)).said)).toEqual([status])
    })

    it('speaks HTTP/1.1 only: HTTP/2 has no reason phrase', async () => {
      expect((await ask('localhost', 'localhost:PORT', ['h2', 'http/1.1'])).protocol).toBe('http/1.1')
      await expect(ask('localhost', 'localhost:PORT', ['h2'])).rejects.toThrow()
    })

    it('the challenge names the address that was called, by its own scheme', async () => {
      const { said } = await ask('acme.localhost', 'acme.localhost:PORT')
      expect(said).toContain(`realm="https://acme.localhost:${server().tlsPort}/token"`)
    })
  },
  { settings: { WHARDEN_HTTPS_PORT: '0' } },
)
