import { expect, test } from 'vitest'
import { registryHosts } from './registry-hosts.ts'

const organization = (host: string | null) => ({ name: 'acme', registry: { host } })

test('an organization’s registry is below the HTTPS address of the server', () => {
  const trust = { registries: ['registry.example.com', 'localhost:5443'] }
  expect(registryHosts(organization('acme.localhost:5443'), trust)).toEqual({
    loginServer: 'acme.localhost:5443',
    registries: 'localhost:5443',
  })
})

test.each([
  ['without HTTPS', 'acme.localhost:5000', 'WHARDEN_HTTPS_PORT=5443 makes an authority of its own'],
  ['without a name', null, 'WHARDEN_HOST=registry.example.com'],
])('%s az can not be used, and one is told how to make it', (_, host, next) => {
  expect(() => registryHosts(organization(host), { registries: [] })).toThrow(
    expect.objectContaining({ exit: 'failed', next: expect.stringContaining(next) }),
  )
})
