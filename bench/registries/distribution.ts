import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from '../../e2e/support/daemon.ts'
import { findDistribution, type DistributionVersion } from '../../e2e/support/distribution.ts'
import { listensAt } from '../../e2e/support/ready.ts'
import { run } from '../../e2e/support/run.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import type { Certificate } from '../support/make-certificate.ts'
import type { Found } from './registry.ts'
import type { Wharden } from './wharden.ts'

const REPOSITORY = 'bench/app'

/**
 * CNCF Distribution at its fastest: descriptors in memory, no access log, nothing below errors logged, no traces. It
 * trusts our token service, and so verifies a signature as we do. It has one listener only: TLS is a second process on
 * the same files.
 */
export async function startDistribution(
  version: DistributionVersion,
  wharden: Wharden,
  directory: string,
  certificate: Certificate,
): Promise<Found> {
  const name = `distribution ${version}`
  const program = await findDistribution(version)
  if (program.type !== 'ok') return { type: 'unavailable', name, reason: program.reason }
  const blobs = join(directory, 'data')
  mkdirSync(blobs, { recursive: true })
  const service = `${name.replace(' ', '-')}.bench`
  const auth = await authOf(wharden, service, version, directory)
  const start = async (tls: boolean) => {
    const port = await freePort()
    const file = join(directory, `${tls ? 'tls' : 'plain'}.yml`)
    writeFileSync(file, `${settings(blobs, port, tls ? certificate : undefined)}${auth}`)
    const daemon = await startDaemon(program.path, ['serve', file], {
      env: { OTEL_TRACES_EXPORTER: 'none' },
      logFile: `${file}.log`,
      ready: listensAt({ host: '127.0.0.1', port }),
    })
    return { daemon, entrance: { port, tls, pids: [daemon.pid] } }
  }
  const [plain, tls] = [await start(false), await start(true)]
  const registry = {
    name,
    version: (await run(program.path, ['--version'])).output.trim(),
    configuration: `${settings('DATA', 0, undefined)}${auth.replaceAll(directory, 'DIRECTORY')}`,
    plain: plain.entrance,
    tls: tls.entrance,
    blobs,
    repository: REPOSITORY,
    token: () => wharden.guardToken(service, REPOSITORY),
    close: async () => void (await Promise.all([plain.daemon.close(), tls.daemon.close()])),
  }
  return { type: 'ok', registry }
}

function settings(blobs: string, port: number, tls: Certificate | undefined): string {
  const sections = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: blobs }, cache: { blobdescriptor: 'inmemory' } },
    http: { addr: `127.0.0.1:${port}`, ...(tls !== undefined && { tls }) },
  }
  return Object.entries(sections)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('')
}

/** As `wharden guard distribution` prints it. */
async function authOf(wharden: Wharden, service: string, version: DistributionVersion, directory: string) {
  const { realm, issuer, jwks, certificates } = await wharden.guard(service)
  const three = version !== '2.8'
  const keys = join(directory, three ? 'keys.json' : 'keys.pem')
  writeFileSync(keys, three ? JSON.stringify(jwks) : certificates)
  const token = { realm, service, issuer, [three ? 'jwks' : 'rootcertbundle']: keys }
  return `auth: ${JSON.stringify({ token })}\n`
}
