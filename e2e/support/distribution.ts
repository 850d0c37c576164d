import { mkdirSync, writeFileSync } from 'node:fs'
import { startDaemon, type Daemon } from './daemon.ts'
import { goInstall, type Program } from './go-install.ts'
import { listensAt } from './ready.ts'
import { findCommand } from './requirements.ts'
import type { World } from './world.ts'

/** 2.8 is Debian's `docker-registry`; 3.1 is built where Go is present. */
export type DistributionVersion = '2.8' | '3.1'

/** https://distribution.github.io/distribution/about/configuration/#auth */
export type DistributionAuth =
  | { readonly type: 'none' }
  /** One line `user:bcrypt` each. */
  | { readonly type: 'htpasswd'; readonly lines: readonly string[] }
  | {
      readonly type: 'token'
      readonly realm: string
      readonly service: string
      readonly issuer: string
      readonly keys: Keys
    }
  /** The `auth` part as somebody else wrote it, in YAML. */
  | { readonly type: 'configuration'; readonly text: string }

/**
 * Whom it believes. 2.8 knows certificates only, and wants libtrust's key id as `kid`; 3.1 knows both.
 * Both are paths of files.
 */
type Keys = { readonly rootCertBundle: string } | { readonly jwks: string }

export type DistributionOptions = {
  /** `HOST:PORT` that clients use; it listens on that port of the world's address (or of `listen`). */
  readonly registry: string
  readonly listen?: string
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly auth?: DistributionAuth
  /** Start it with the data of an earlier one. */
  readonly data?: string
}

export type Distribution = Daemon & { readonly registry: string; readonly data: string }

/** @returns the registry's program, building it where that is needed and possible; minutes the first time */
export async function findDistribution(version: DistributionVersion): Promise<Program> {
  if (version === '3.1') return goInstall('github.com/distribution/distribution/v3/cmd/registry@v3.1.1')
  const path = findCommand('docker-registry')
  return path === undefined
    ? {
        type: 'unavailable',
        reason: '`docker-registry` not found: `apt-get install docker-registry`',
        optional: false,
      }
    : { type: 'ok', path }
}

/** CNCF Distribution, the registry that most others are made of. @param program as `findDistribution` found it */
export async function startDistribution(
  world: World,
  program: string,
  { registry, listen = world.address, tls, auth = { type: 'none' }, data }: DistributionOptions,
): Promise<Distribution> {
  const port = Number(registry.slice(registry.lastIndexOf(':') + 1))
  const directory = data ?? world.path(`distribution-${port}`)
  mkdirSync(directory, { recursive: true })
  const config = world.path(`distribution-${port}.yml`)
  const settings = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    http: { addr: `${listen}:${port}`, ...(tls === undefined ? {} : { tls }) },
  }
  writeFileSync(config, toYaml(settings) + authText(world, auth, port))
  const daemon = await startDaemon(program, ['serve', config], {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    logFile: world.path(`distribution-${port}.log`),
    ready: listensAt({ host: listen, port }),
  })
  return { ...daemon, registry, data: directory }
}

/** One line for each section: JSON is YAML too. */
function toYaml(sections: object): string {
  const lines = Object.entries(sections).map(([name, section]) => `${name}: ${JSON.stringify(section)}\n`)
  return lines.join('')
}

function authText(world: World, auth: DistributionAuth, port: number): string {
  switch (auth.type) {
    case 'none':
      return ''
    case 'htpasswd': {
      const path = world.path(`distribution-${port}.htpasswd`)
      writeFileSync(path, `${auth.lines.join('\n')}\n`)
      return toYaml({ auth: { htpasswd: { realm: 'e2e', path } } })
    }
    case 'token': {
      const { realm, service, issuer } = auth
      const keys =
        'jwks' in auth.keys ? { jwks: auth.keys.jwks } : { rootcertbundle: auth.keys.rootCertBundle }
      return toYaml({ auth: { token: { realm, service, issuer, ...keys } } })
    }
    case 'configuration':
      return auth.text
  }
}
