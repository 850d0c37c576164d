/** Wharden itself under the official suite: once with each kind of credential, and once read by nobody in particular. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/server/test/free-port.ts'
import { administer, type Administrator } from '../support/administrator.ts'
import type { Credentials } from '../support/clients/client.ts'
import { launchWharden } from '../support/launch-wharden.ts'
import { pushSample } from './push-sample.ts'
import { runConformance, type ConformanceResult } from './run-conformance.ts'

export type Verdict = { readonly as: string; readonly result: ConformanceResult }

const ORGANIZATION = 'conformance'

/** Starts a server of its own, on loopback and any free port. */
export async function conformProduct(suite: string): Promise<readonly Verdict[]> {
  const directory = mkdtempSync(join(tmpdir(), 'wharden-conformance-'))
  const server = await launchWharden({
    directory: join(directory, 'data'),
    host: 'localhost',
    httpPort: await freePort(),
    environment: { WHARDEN_HTTPS_PORT: 'off' },
  })
  try {
    const registry = new URL(server.url).host
    const administrator = await administer(server)
    await administrator.organization(ORGANIZATION)
    const verdicts: Verdict[] = []
    for (const [as, credentials] of await credentialsOfEachKind(administrator)) {
      const repositories = { repo1: `${ORGANIZATION}/${as}/one`, repo2: `${ORGANIZATION}/${as}/two` }
      verdicts.push({
        as,
        result: await runConformance(suite, { registry, tls: 'disabled', ...repositories, ...credentials }),
      })
    }
    const [, writer] = (await credentialsOfEachKind(administrator, 'public'))[0] ?? []
    if (writer === undefined) throw new Error('no credentials to push the public sample with')
    const repository = `${ORGANIZATION}/public/one`
    const readOnly = await pushSample(server.url, repository, writer)
    await administrator.call('PATCH', `/organizations/${ORGANIZATION}/repositories/public/one`, {
      visibility: 'public',
    })
    const target = { registry, tls: 'disabled', repo1: repository, repo2: repository, readOnly } as const
    verdicts.push({ as: 'anonymous', result: await runConformance(suite, target) })
    return verdicts
  } finally {
    await server.daemon.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function credentialsOfEachKind(
  administrator: Administrator,
  under?: string,
): Promise<readonly (readonly [string, Credentials])[]> {
  const all = (kind: string) => `${under ?? kind}/*`
  const suffix = under ?? 'suite'
  const registry = await administrator.registryToken(ORGANIZATION, `registry-${suffix}`, [
    {
      repository: all('registry-token'),
      permissions: ['content/read', 'content/write', 'content/delete', 'metadata/read'],
    },
  ])
  const organization = await administrator.organizationToken(ORGANIZATION, `organization-${suffix}`, {
    repositories: [{ repository: all('organization-token'), permissions: ['scope-image-delete'] }],
  })
  const personal = await administrator.personalToken(`personal-${suffix}`, [
    { repository: `${ORGANIZATION}/${all('personal-token')}`, permissions: ['repo:admin'] },
  ])
  return [
    ['registry-token', registry.credentials],
    ['organization-token', organization.credentials],
    ['personal-token', personal.credentials],
  ]
}
