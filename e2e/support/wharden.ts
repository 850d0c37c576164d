/** The product itself, started as an operator would: `wharden serve` in a process of its own. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startDaemon, type Daemon } from './daemon.ts'
import type { World } from './world.ts'

export type Wharden = {
  readonly daemon: Daemon
  readonly directory: string
  /** `registry.test:5443`, as clients write it. */
  readonly registry: string
  /** The plain-HTTP address of the administration API. */
  readonly url: string
  /** The built-in authority's certificate. */
  readonly authorityPem: string
  /** The one-time secret it printed, if nobody can sign in yet. */
  readonly setupSecret: string | undefined
  close(): Promise<void>
}

export type WhardenOptions = {
  readonly host?: string
  readonly httpPort: number
  readonly httpsPort: number
  readonly environment?: Readonly<Record<string, string>>
}

const MAIN = resolve(import.meta.dirname, '../../packages/wharden/src/main.ts')

/** Starts a server at the world's own address, so that clients verify its certificate; clients trust it from then on. */
export async function startWharden(world: World, name: string, options: WhardenOptions): Promise<Wharden> {
  const { host = 'registry.test', httpPort, httpsPort, environment = {} } = options
  const directory = world.path(name)
  mkdirSync(directory, { recursive: true })
  world.addHost(host)
  const url = `http://${host}:${httpPort}`
  const logFile = world.path(`${name}.log`)
  const daemon = await startDaemon(process.execPath, [MAIN, 'serve'], {
    env: {
      WHARDEN_DATA: directory,
      WHARDEN_HOST: host,
      WHARDEN_LISTEN: world.address,
      WHARDEN_HTTP_PORT: String(httpPort),
      WHARDEN_HTTPS_PORT: String(httpsPort),
      WHARDEN_METRICS_PORT: 'off',
      ...environment,
    },
    logFile,
    // It answers a moment before it has told people where, and how to sign in.
    ready: async () =>
      readFileSync(logFile, 'utf8').includes('serves at') && (await fetch(`${url}/health/ready`)).ok,
  })
  const authorityPem = readFileSync(join(directory, 'ca.crt'), 'utf8')
  world.trust(`${host}:${httpsPort}`, authorityPem)
  return {
    daemon,
    directory,
    registry: `${host}:${httpsPort}`,
    url,
    authorityPem,
    setupSecret: /secret=(whd_set_\w+)/.exec(daemon.log())?.[1],
    close: async () => void (await daemon.close()),
  }
}
