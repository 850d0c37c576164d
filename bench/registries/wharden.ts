import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Door } from '../client/job.ts'
import { administer, type Administrator } from '../../e2e/support/administrator.ts'
import { launchWharden, type LaunchedWharden } from '../../e2e/support/launch-wharden.ts'
import { askForToken } from '../support/ask-for-token.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import type { Certificate } from '../support/make-certificate.ts'
import type { Registry } from './registry.ts'

export type Wharden = Registry & {
  readonly directory: string
  /** Basic credentials of a registry token that may pull and push the image. */
  readonly credentials: { readonly username: string; readonly password: string }
  /** Issues tokens for another registry from then on. */
  readonly guard: (service: string) => Promise<GuardMaterial>
  /** A token for a registry that is guarded, and a repository of the organization as that registry knows it. */
  readonly guardToken: (service: string, repository: string) => Promise<string>
}

/** What another registry needs to trust our tokens. */
export type GuardMaterial = {
  readonly realm: string
  readonly issuer: string
  readonly jwks: object
  readonly certificates: string
}

export type WhardenOptions = {
  readonly name?: string
  readonly directory: string
  readonly certificate: Certificate
  readonly environment?: Readonly<Record<string, string>>
}

const REPOSITORY = 'bench/app'

/**
 * The product as an operator runs it, and as it is by default: logs, metrics and activity on. An organization with policies
 * in force, and a registry token with rules.
 */
export async function startWharden({ name = 'wharden', ...options }: WhardenOptions): Promise<Wharden> {
  const { launched, ports } = await launch(options)
  await using started = new AsyncDisposableStack()
  started.defer(async () => void (await launched.daemon.close()))
  const admin = await administer(launched)
  await setUp(admin)
  const { credentials } = await admin.registryToken('acme', `bench-${ports.plain}`, [
    { repository: REPOSITORY, permissions: ['content/read', 'content/write', 'metadata/read'] },
    { repository: 'other/*', permissions: ['content/read'] },
  ])
  const { pid } = launched.daemon
  const running = started.move()
  const tokenFor = (door: Door, service: string, repository: string) =>
    askForToken(
      door,
      credentials,
      new URLSearchParams({ service, scope: `repository:${repository}:pull,push` }),
    )
  const plain = { port: ports.plain, tls: false, pids: [pid] }
  return {
    name,
    version: '0.1',
    configuration: `defaults (log level info, metrics and activity on); ${options.environment?.['WHARDEN_DATABASE_URL'] === undefined ? 'SQLite' : 'PostgreSQL'}; policies enforced; registry token`,
    plain,
    tls: { port: ports.tls, tls: true, pids: [pid] },
    blobs: options.environment?.['WHARDEN_BLOBS'] ?? join(options.directory, 'blobs'),
    repository: `acme/${REPOSITORY}`,
    directory: options.directory,
    credentials,
    token: (door) => tokenFor(door, '', `acme/${REPOSITORY}`),
    guard: async (service) =>
      (await admin.call('POST', '/organizations/acme/guards', { service })) as GuardMaterial,
    guardToken: (service, repository) => tokenFor(plain, service, repository),
    close: () => running.disposeAsync(),
  }
}

export async function launch({
  directory,
  certificate,
  environment = {},
}: WhardenOptions): Promise<{ launched: LaunchedWharden; ports: { plain: number; tls: number } }> {
  mkdirSync(directory, { recursive: true })
  const ports = { plain: await freePort(), tls: await freePort() }
  const launched = await launchWharden({
    directory,
    host: '127.0.0.1',
    httpPort: ports.plain,
    environment: {
      WHARDEN_HTTPS_PORT: String(ports.tls),
      WHARDEN_METRICS_PORT: '0',
      WHARDEN_TLS_CERTIFICATE: certificate.certificate,
      WHARDEN_TLS_KEY: certificate.key,
      ...environment,
    },
  })
  return { launched, ports }
}

async function setUp(admin: Administrator): Promise<void> {
  const made = await admin.organization('acme').catch((cause: unknown) => cause)
  // Another process on the same database has made it already.
  if (made instanceof Error) return
  const policies = '/organizations/acme/policies'
  await admin.call('PUT', `${policies}/image-access`, {
    policy: { mode: 'enforce', categories: ['official'] },
  })
  const rules = [{ host: 'docker.io', effect: 'allow' }]
  await admin.call('PUT', `${policies}/registry-access`, { policy: { mode: 'enforce', rules } })
}
