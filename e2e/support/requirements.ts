/** What the tests with real clients need of the machine, and what they say where it is missing. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Command = keyof typeof COMMANDS

type Requirement = {
  /** Debian package that brings it. */
  readonly package: string
  /** Another toolchain, or what no required test needs: a skip for want of it is no failure, even in CI. */
  readonly optional?: true
}

const COMMANDS = {
  dockerd: { package: 'docker.io' },
  docker: { package: 'docker.io' },
  containerd: { package: 'containerd' },
  ctr: { package: 'containerd' },
  podman: { package: 'podman' },
  skopeo: { package: 'skopeo' },
  buildah: { package: 'buildah' },
  'docker-registry': { package: 'docker-registry' },
  busybox: { package: 'busybox-static' },
  haproxy: { package: 'haproxy' },
  openssl: { package: 'openssl' },
  ip: { package: 'iproute2' },
  iptables: { package: 'iptables' },
  dig: { package: 'dnsutils' },
  mount: { package: 'mount' },
  unshare: { package: 'util-linux' },
  debootstrap: { package: 'debootstrap', optional: true },
  faketime: { package: 'faketime' },
  az: { package: 'azure-cli' },
  go: { package: 'golang-go', optional: true },
} as const satisfies Record<string, Requirement>

/** Packages that `.ci/packages` must list. */
export const PACKAGES: readonly string[] = Object.values<Requirement>(COMMANDS)
  .filter((requirement) => requirement.optional !== true)
  .map((requirement) => requirement.package)

export type Missing = { readonly reason: string; readonly optional: boolean }

/**
 * @returns why tests that need these commands, inside a world of their own, cannot run here; `undefined` where they can
 */
export function whatIsMissing(needs: readonly Command[]): Missing | undefined {
  const absent = needs.filter(
    (command) => !isWaived(COMMANDS[command].package) && findCommand(command) === undefined,
  )
  if (absent.length > 0) return { reason: sayAbsent(absent), optional: absent.every(isOptional) }
  const problem = process.env['E2E_WORLD'] === undefined ? (whyNoWorld() ?? NOT_ENTERED) : undefined
  return problem === undefined ? undefined : { reason: problem, optional: false }
}

/** Whether tests are to do without a Debian package: whoever starts them says so by `E2E_WAIVED`. */
export function isWaived(name: string): boolean {
  return (process.env['E2E_WAIVED'] ?? '').split(' ').includes(name)
}

/** Options of `unshare` for a world of one's own. */
export const NAMESPACES: readonly string[] = [
  '--net',
  '--mount',
  '--propagation=private',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
]

const NOT_ENTERED = 'they run in a network namespace of their own, which `npm test` makes: use `npm test`'

/** @returns why no namespaces can be made here, `undefined` where they can */
export function whyNoWorld(): string | undefined {
  if (process.platform !== 'linux') return `they need Linux namespaces, and this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'they start container engines, which needs root: use `sudo`'
  const absent = (['unshare', 'ip', 'mount'] as const).filter((command) => findCommand(command) === undefined)
  if (absent.length > 0) return sayAbsent(absent)
  const { status, stderr } = spawnSync('unshare', [...NAMESPACES, '--', 'true'], { encoding: 'utf8' })
  return status === 0 ? undefined : `this machine, or its container, allows no namespaces: ${stderr.trim()}`
}

/** @returns the path of a program on PATH or in Debian's places for administrators' programs */
export function findCommand(command: Command): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  // Debian's docker before any other: the answers that tests expect are measured on it.
  const ordered = command === 'docker' ? ['/usr/bin', ...places] : places
  return ordered.map((place) => join(place, command)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isOptional(command: Command): boolean {
  const requirement: Requirement = COMMANDS[command]
  return requirement.optional === true
}

function sayAbsent(absent: readonly Command[]): string {
  const packages = [...new Set(absent.map((command) => COMMANDS[command].package))]
  return `${list(absent)} not found: \`apt-get install ${packages.join(' ')}\``
}

function list(commands: readonly string[]): string {
  return commands.map((command) => `\`${command}\``).join(', ')
}
