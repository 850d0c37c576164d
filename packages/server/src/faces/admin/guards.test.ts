import { X509Certificate, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { libtrustKeyId } from '../../identity/key-id.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const create = (service: string, organization = 'acme') =>
  bed.call('POST', `/organizations/${organization}/guards`, {
    as: root,
    body: { service, description: 'the old one' },
  })

test('a guard gives all that goes into the registry’s configuration, the same keys in both forms', async () => {
  const { body } = await create('registry.example.com:5000')
  expect(body).toMatchObject({
    guard: { service: 'registry.example.com:5000', organization: 'acme', description: 'the old one' },
    realm: 'http://localhost:5000/token',
    issuer: bed.house.identity.issuer,
  })
  const certificates = (body.certificates as string)
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((pem) => pem !== '')
  const names = certificates.map((pem) => libtrustKeyId(new X509Certificate(pem).publicKey))
  expect(names).toEqual(body.jwks.keys.map(({ kid }: { kid: string }) => kid))
  const [key] = body.jwks.keys
  expect(libtrustKeyId(createPublicKey({ key, format: 'jwk' }))).toBe(key.kid)
  expect(
    new X509Certificate(certificates[0] ?? '').verify(new X509Certificate(certificates[0] ?? '').publicKey),
  ).toBe(true)
})

test('a service is guarded once, by one organization, and is never this server', async () => {
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  expect((await create('twice.example.com')).status).toBe(201)
  expect((await create('twice.example.com')).status).toBe(409)
  expect((await create('twice.example.com', 'other')).status).toBe(409)
  expect((await bed.call('GET', '/organizations/other/guards/twice.example.com', { as: root })).status).toBe(
    404,
  )
  for (const own of ['localhost:5000', 'acme.localhost:5000', '127.0.0.1:5000']) {
    expect((await create(own)).status).toBe(400)
  }
})

test('once deleted it is gone with its description', async () => {
  await create('short.example.com')
  await bed.must('DELETE', '/organizations/acme/guards/short.example.com', { as: root })
  expect((await bed.call('GET', '/organizations/acme/guards/short.example.com', { as: root })).status).toBe(
    404,
  )
  const settings = await bed.house.store.read.settings.all()
  expect(Object.keys(settings).filter((key) => key.includes('short.example.com'))).toEqual([])
})

test('the published keys are named by their thumbprints', async () => {
  const { keys } = await bed.must('GET', '/keys')
  expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }])
  expect(JSON.stringify(keys)).not.toContain('"d"')
})
