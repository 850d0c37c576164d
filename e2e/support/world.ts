/**
 * A test file's own corner of the world: a directory, host names, and which registries clients trust, and how.
 * Files that all programs read (/etc/hosts, /etc/docker/certs.d) are the world's own copies.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ADDRESS } from './address.ts'
import { run } from './run.ts'

export type World = {
  readonly directory: string
  readonly address: typeof ADDRESS
  /** Makes a path for something new in the world's directory. */
  path(name: string): string
  /** Lets a host name resolve to `address`, or to another one. */
  addHost(name: string, address?: string): void
  /** Lets every client believe this registry's certificates (`HOST:PORT`), but not those of any other. */
  trust(registry: string, authorityPem: string): void
  /** Lets podman, skopeo, buildah and ctr speak plain HTTP to this registry. Docker does by itself, on loopback only. */
  allowPlainHttp(registry: string): void
  /** What ctr reads for each registry. */
  readonly hostsDirectory: string
  /** All that is trusted so far, in one file: for programs that know no certificates by registry. */
  readonly authorities: string
  /** Also forgets what engines have mounted below the directory and left behind. */
  close(): Promise<void>
}

/** Read by docker, podman, skopeo and buildah; a world's own copy of /etc is mounted there. */
const CERTIFICATES = '/etc/docker/certs.d'
const REGISTRIES = '/etc/containers/registries.conf'

/** Only inside the namespaces that `npm test` makes; tests get there by `describeWith`. */
export function openWorld(): World {
  const base = process.env['E2E_WORLD']
  if (base === undefined) throw new Error('outside of a world: run these tests by `npm test`')
  const directory = mkdtempSync(join(base, 'w'))
  const hostsDirectory = join(directory, 'hosts.d')
  const path = (name: string) => join(directory, name)
  const authorities = path('authorities.pem')
  rmSync(CERTIFICATES, { recursive: true, force: true })
  writeFileSync(REGISTRIES, 'unqualified-search-registries = []\n')
  return {
    directory,
    address: ADDRESS,
    path,
    hostsDirectory,
    authorities,
    addHost: (name, address = ADDRESS) => addHost(name, address),
    trust: (registry, authorityPem) => {
      write(join(CERTIFICATES, registry, 'ca.crt'), authorityPem)
      const authority = path(`${registry.replace(':', '-')}-ca.pem`)
      write(authority, authorityPem)
      appendFileSync(authorities, authorityPem)
      write(join(hostsDirectory, registry, 'hosts.toml'), hostsToml(`https://${registry}`, authority))
    },
    allowPlainHttp: (registry) => {
      appendFileSync(REGISTRIES, `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`)
      write(join(hostsDirectory, registry, 'hosts.toml'), hostsToml(`http://${registry}`))
    },
    close: async () => {
      for (const place of mountsBelow(directory)) await run('umount', ['--lazy', place])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Written in place: a new file under a bind mount would leave running daemons with the old one. */
function addHost(name: string, address: string): void {
  const others = readFileSync('/etc/hosts', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && line.split(' ')[1] !== name)
  writeFileSync('/etc/hosts', [...others, `${address} ${name}`, ''].join('\n'))
}

/** Deepest first. */
function mountsBelow(directory: string): readonly string[] {
  const places = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  return places.filter((place) => place.startsWith(`${directory}/`)).toReversed()
}

/**
 * One entry only: with a host of the same name beside `server`, ctr asks twice and prints the second's error. The table
 * may be empty but must be there: containerd 1.6.
 */
function hostsToml(server: string, authority?: string): string {
  const lines = [`server = "${server}"`, 'capabilities = ["pull", "resolve", "push"]']
  return [...lines, ...(authority === undefined ? [] : [`ca = "${authority}"`]), '[host]', ''].join('\n')
}

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}
