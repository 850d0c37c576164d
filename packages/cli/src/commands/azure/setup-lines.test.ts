import { expect, test } from 'vitest'
import { setupLines, type AzureSetup } from './setup-lines.ts'

const SETUP: AzureSetup = {
  cloud: 'wharden',
  endpoint: 'https://localhost:5443',
  tenantId: '3c0285fe-13f0-8d65-a90d-96503b736b16',
  resourceId: '/subscriptions/…',
  registry: 'myregistry',
  loginServer: 'myregistry.localhost:5443',
  suffix: '.localhost:5443',
  authorityFile: '/var/lib/wharden/ca.crt',
  cloudsFile: null,
  servicePrincipal: { clientId: '01a1fde5-0e2a-7000-a27c-44945644aebb', secret: 'whd_spn_x' },
}

test('all that az has to be told', () => {
  expect(`\n${setupLines(SETUP).join('\n')}\n`).toBe(`
export REQUESTS_CA_BUNDLE=/var/lib/wharden/ca.crt
az cloud "$(az cloud show --name wharden >/dev/null 2>&1 && echo update || echo register)" --name wharden \\
  --endpoint-resource-manager https://localhost:5443 \\
  --endpoint-active-directory https://localhost:5443/adfs \\
  --endpoint-active-directory-resource-id https://localhost:5443/ \\
  --endpoint-active-directory-graph-resource-id https://localhost:5443/ \\
  --suffix-acr-login-server-endpoint .localhost:5443
az cloud set --name wharden
az login --service-principal --username 01a1fde5-0e2a-7000-a27c-44945644aebb --password whd_spn_x --tenant 3c0285fe-13f0-8d65-a90d-96503b736b16
`)
})

test('without a service principal the sign-in is for the reader to fill in, and not for a shell', () => {
  expect(setupLines({ ...SETUP, servicePrincipal: null }).at(-1)).toMatch(
    /^# az login --service-principal --username CLIENT_ID --password SECRET --tenant /,
  )
})

test('a server that machines trust already needs no authority', () => {
  expect(setupLines({ ...SETUP, authorityFile: null })[0]).toMatch(/^az cloud /)
})

test('a list of clouds stands in for the registration; what a shell would split or expand stays one word', () => {
  const odd = { authorityFile: "/tmp/it's $HOME/ca.crt", cloudsFile: '/tmp/my #1/clouds.json' }
  expect(setupLines({ ...SETUP, ...odd, cloud: 'our cloud' }).slice(0, 3)).toEqual([
    `export REQUESTS_CA_BUNDLE='/tmp/it'\\''s $HOME/ca.crt'`,
    'export ARM_CLOUD_METADATA_URL=file:///tmp/my%20%231/clouds.json',
    "az cloud set --name 'our cloud'",
  ])
})
