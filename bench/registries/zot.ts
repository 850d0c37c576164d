import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from '../../e2e/support/daemon.ts'
import { goInstall } from '../../e2e/support/go-install.ts'
import { listensAt } from '../../e2e/support/ready.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import type { Certificate } from '../support/make-certificate.ts'
import type { Found } from './registry.ts'
import type { Wharden } from './wharden.ts'

const VERSION = 'v2.1.8'
const TARGET = `zotregistry.dev/zot/v2/cmd/zot@${VERSION}`
const REPOSITORY = 'bench/app'
const SERVICE = 'zot.bench'

/** zot, where the module proxy has it: no extensions, nothing below errors logged, no garbage collection, no deduplication. */
export async function startZot(
  wharden: Wharden,
  directory: string,
  certificate: Certificate,
): Promise<Found> {
  const name = 'zot'
  const program = await goInstall(TARGET)
  if (program.type !== 'ok') return { type: 'unavailable', name, reason: program.reason }
  const blobs = join(directory, 'data')
  mkdirSync(blobs, { recursive: true })
  const material = await wharden.guard(SERVICE)
  const keys = join(directory, 'keys.pem')
  writeFileSync(keys, material.certificates)
  const bearer = { realm: material.realm, service: SERVICE, cert: keys }
  const configurationOf = (port: number, tls: boolean) => ({
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: tls ? `${blobs}-tls` : blobs, gc: false, dedupe: false },
    log: { level: 'error' },
    http: {
      address: '127.0.0.1',
      port: String(port),
      auth: { bearer },
      ...(tls && { tls: { cert: certificate.certificate, key: certificate.key } }),
    },
  })
  const start = async (tls: boolean) => {
    const port = await freePort()
    const file = join(directory, `${tls ? 'tls' : 'plain'}.json`)
    writeFileSync(file, JSON.stringify(configurationOf(port, tls)))
    const daemon = await startDaemon(program.path, ['serve', file], {
      logFile: `${file}.log`,
      ready: listensAt({ host: '127.0.0.1', port }),
    })
    return { daemon, entrance: { port, tls, pids: [daemon.pid] } }
  }
  const [plain, tls] = [await start(false), await start(true)]
  const registry = {
    name,
    version: VERSION,
    configuration: JSON.stringify(configurationOf(0, false)).replaceAll(directory, 'DIRECTORY'),
    plain: plain.entrance,
    tls: tls.entrance,
    blobs,
    repository: REPOSITORY,
    token: () => wharden.guardToken(SERVICE, REPOSITORY),
    close: async () => void (await Promise.all([plain.daemon.close(), tls.daemon.close()])),
  }
  return { type: 'ok', registry }
}
