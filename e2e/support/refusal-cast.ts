/** Who and what the tests of refusals need: organizations with policies, and a credential for every reason to refuse. */
import type { Administrator, IssuedToken } from './administrator.ts'

const pull = (repository: string) => ({ repository, permissions: ['scope-image-pull'] })

export type RefusalCast = Readonly<Record<(typeof CREDENTIALS)[number], IssuedToken>> & {
  /** A member of `beta` and of nothing else. */
  readonly stranger: Administrator
}

const CREDENTIALS = [
  'writer',
  'reader',
  'elsewhere',
  'metadata',
  'writeOnly',
  'gateway',
  'owner',
  'member',
  'distant',
] as const

/**
 * `acme` lets only docker.io in, of it official images and those of verified publishers, and of those not one; `open`
 * has a public repository, `closed` one that nobody may read without signing in; `beta` is somebody else's.
 */
export async function castRefusals(admin: Administrator): Promise<RefusalCast> {
  for (const name of ['acme', 'beta', 'open', 'closed']) await admin.organization(name)
  await writePolicies(admin)
  const stranger = await admin.person('bob', { beta: 'member' })
  const member = await admin.person('mike', { acme: 'member' })
  const oat = (label: string, more: object) => admin.organizationToken('acme', label, more)
  return {
    stranger,
    writer: await admin.personalToken('writer', [{ repository: '*', permissions: ['repo:admin'] }]),
    reader: await oat('reader', { repositories: [pull('private')] }),
    elsewhere: await oat('elsewhere', { repositories: [pull('other')] }),
    metadata: await admin.registryToken('acme', 'inspector', [rule('private', 'metadata/read')]),
    writeOnly: await admin.registryToken('acme', 'write-only', [rule('private', 'content/write')]),
    gateway: await oat('gateway', { upstreams: [pull('docker.io/*'), pull('quay.io/*')] }),
    owner: await admin.personalToken('owner', [{ repository: '*', permissions: ['repo:read'] }]),
    member: await member.personalToken('laptop', [{ repository: '*', permissions: ['repo:read'] }]),
    distant: await oat('distant', { repositories: [pull('private')], addresses: ['192.0.2.0/24'] }),
  }
}

function rule(repository: string, ...permissions: readonly string[]) {
  return { repository, permissions }
}

async function writePolicies(admin: Administrator): Promise<void> {
  const put = (path: string, policy: object) => admin.call('PUT', `/organizations/${path}`, { policy })
  await put('acme/policies/registry-access', {
    mode: 'enforce',
    rules: [{ effect: 'allow', host: 'docker.io' }],
  })
  await put('acme/policies/image-access', {
    mode: 'enforce',
    rules: [
      {
        id: 'old-nginx',
        effect: 'deny',
        repository: 'docker.io/library/nginx',
        tag: '1.2*',
        note: 'use 1.29',
      },
    ],
  })
  await put('closed/policies/sign-in', { mode: 'enforce' })
  for (const organization of ['open', 'closed']) {
    const repository = { name: 'public', visibility: 'public' }
    await admin.call('POST', `/organizations/${organization}/repositories`, repository)
  }
}
