/** Whom the tests of refusals send: an organization with policies, and a credential for every reason to refuse. */
import type { Administrator, IssuedToken } from '../administrator.ts'

/** What each of them is and may do. */
const CREDENTIALS = {
  writer: 'owner’s personal token, everything',
  reader: 'organization token, pulls `acme/private`',
  elsewhere: 'organization token, pulls `acme/other` only',
  inspector: 'registry token, metadata/read on `acme/private`',
  'write-only': 'registry token, content/write on `acme/private`',
  puller: 'registry token, content/read on `acme/private`',
  mapless: 'registry token whose scope map was deleted',
  gateway: 'organization token, pulls anything of docker.io and quay.io',
  distant: 'organization token, pulls `acme/private`, from 192.0.2.0/24 only',
  owner: 'owner’s personal token, reads everything',
  laptop: 'member’s personal token, reads what the member may',
} as const

export type Holder = keyof typeof CREDENTIALS
export type Who = Holder | 'nobody'

export type Cast = Readonly<Record<Holder, IssuedToken>> & {
  /** Own, in this order, `acme` and `beta`, and nothing else. */
  readonly anna: Administrator
  readonly bella: Administrator
  /** Members of `acme` and `beta`. */
  readonly mike: Administrator
  readonly bob: Administrator
}

/**
 * `acme` lets only docker.io in, of it official images and those of verified publishers, and of those not one; `open`
 * has a public repository, `closed` one that nobody may read without signing in; `beta` is somebody else's.
 */
export async function castRefusals(admin: Administrator): Promise<Cast> {
  for (const name of ['acme', 'beta', 'open', 'closed']) await admin.organization(name)
  await writePolicies(admin)
  const anna = await admin.person('anna', { acme: 'owner' })
  const bella = await admin.person('bella', { beta: 'owner' })
  const mike = await admin.person('mike', { acme: 'member' })
  const bob = await admin.person('bob', { beta: 'member' })
  const oat = (label: Holder, more: object) => admin.organizationToken('acme', label, more)
  const registryToken = (name: Holder, ...permissions: readonly string[]) =>
    admin.registryToken('acme', name, [{ repository: 'private', permissions }])
  const mapless = await registryToken('mapless', 'content/read', 'content/write')
  await admin.call('DELETE', '/organizations/acme/scope-maps/mapless-scope-map')
  return {
    mapless,
    anna,
    bella,
    mike,
    bob,
    writer: await admin.personalToken('writer', [{ repository: '*', permissions: ['repo:admin'] }]),
    reader: await oat('reader', { repositories: [pulls('private')] }),
    elsewhere: await oat('elsewhere', { repositories: [pulls('other')] }),
    inspector: await registryToken('inspector', 'metadata/read'),
    'write-only': await registryToken('write-only', 'content/write'),
    puller: await registryToken('puller', 'content/read'),
    gateway: await oat('gateway', { upstreams: [pulls('docker.io/*'), pulls('quay.io/*')] }),
    distant: await oat('distant', { repositories: [pulls('private')], addresses: ['192.0.2.0/24'] }),
    owner: await admin.personalToken('owner', [{ repository: '*', permissions: ['repo:read'] }]),
    laptop: await mike.personalToken('laptop', [{ repository: '*', permissions: ['repo:read'] }]),
  }
}

export function pulls(repository: string): object {
  return { repository, permissions: ['scope-image-pull'] }
}

async function writePolicies(admin: Administrator): Promise<void> {
  const put = (path: string, policy: object) => admin.call('PUT', `/organizations/${path}`, { policy })
  await put('acme/policies/registry-access', {
    mode: 'enforce',
    rules: [{ effect: 'allow', host: 'docker.io' }],
  })
  const old = { id: 'old-nginx', effect: 'deny', repository: 'docker.io/library/nginx', tag: '1.2*' }
  await put('acme/policies/image-access', { mode: 'enforce', rules: [{ ...old, note: 'use 1.31 or later' }] })
  await put('closed/policies/sign-in', { mode: 'enforce' })
  for (const organization of ['open', 'closed']) {
    const repository = { name: 'public', visibility: 'public' }
    await admin.call('POST', `/organizations/${organization}/repositories`, repository)
  }
}

/** What `lockImages` locks, each an image by itself. */
export const LOCKED = [
  'acme/locked:1',
  'acme/partly:tag',
  'acme/partly:manifest',
  'acme/partly:fixed',
] as const

/** Locks `acme/locked`, tags of `acme/partly`, and the manifest that one of them stands for. */
export async function lockImages(admin: Administrator): Promise<void> {
  const at = (repository: string) => `/organizations/acme/repository-locks/${repository}`
  const { digest } = Object(await admin.call('GET', `${at('partly')}?tag=manifest`))
  await admin.call('PATCH', at('locked'), { readEnabled: false, writeEnabled: false })
  await admin.call('PATCH', at('partly'), { tag: 'tag', readEnabled: false })
  await admin.call('PATCH', at('partly'), { digest, readEnabled: false })
  await admin.call('PATCH', at('partly'), { tag: 'fixed', writeEnabled: false })
}
