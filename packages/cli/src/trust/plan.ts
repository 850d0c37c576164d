/**
 * What a machine must have so that its container clients trust a server with an authority of its own. A plan is data:
 * shown first, applied when told to.
 *
 *     docker      /etc/docker/certs.d/HOST:PORT/ca.crt        https://docs.docker.com/engine/security/certificates/
 *     podman      /etc/containers/certs.d/HOST:PORT/ca.crt    containers-certs.d(5); skopeo and buildah too
 *     containerd  /etc/containerd/certs.d/HOST:PORT/          https://github.com/containerd/containerd/blob/main/docs/hosts.md
 *     system      /usr/local/share/ca-certificates/           update-ca-certificates(8)
 *
 * Another registry, that only takes our tokens, has an authority of its own in `ca.crt`: ours goes beside it as `wharden.crt`,
 * as they read every `*.crt` there. Only where there is a hosts.toml does containerd read what that names and no more.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../cli-error.ts'

export const TRUST_TARGETS = ['docker', 'podman', 'containerd', 'system'] as const
export type TrustTarget = (typeof TRUST_TARGETS)[number]

export type TrustStep =
  | {
      readonly type: 'write'
      readonly target: TrustTarget
      readonly path: string
      readonly text: string
      /** `foreign`: somebody else's configuration, which is left alone. */
      readonly state: 'missing' | 'same' | 'outdated' | 'foreign'
    }
  | {
      readonly type: 'run'
      readonly target: TrustTarget
      readonly command: readonly string[]
      readonly state: 'due' | 'same'
    }

export type TrustRequest = {
  /** The authority's certificate. */
  readonly pem: string
  /** `HOST:PORT` of each registry. */
  readonly registries: readonly string[]
  /** Those that the server says are its own; addresses below them are as well. */
  readonly own: readonly string[]
  readonly targets: readonly TrustTarget[]
  /** `/`, or a directory that stands for it. */
  readonly root: string
}

/** Finds out what is missing. Changes nothing. @throws CliError for an address that can't name a directory */
export async function planTrust(request: TrustRequest): Promise<readonly TrustStep[]> {
  const { pem, registries, targets, root } = request
  const own = request.own.map(directoryName)
  const names = registries.map(directoryName).map((name) => describe(name, isBelow(name, own), root))
  const files = targets.flatMap((target) => FILES[target](names, pem))
  const steps = await Promise.all(files.map((file) => stepFor(file, root)))
  const writes = steps.filter((step) => step !== undefined)
  const isDue = writes.some(({ target, state }) => target === 'system' && state !== 'same')
  const update: TrustStep = {
    type: 'run',
    target: 'system',
    command: ['update-ca-certificates'],
    state: isDue ? 'due' : 'same',
  }
  return targets.includes('system') ? [...writes, update] : writes
}

/** Organizations have addresses below the server's: `acme.registry.example.com`. */
function isBelow(name: string, own: readonly string[]): boolean {
  return own.some((one) => name === one || name.endsWith(`.${one}`))
}

type Registry = {
  readonly name: string
  readonly isOwn: boolean
  /** Where podman looks: in docker's directory only while there is none of its own, which mustn't then be made. */
  readonly podman: '/etc/containers' | '/etc/docker'
}

function describe(name: string, isOwn: boolean, root: string): Registry {
  const isThere = (directory: string) => existsSync(join(root, directory, 'certs.d', name))
  const fallsBack = !isOwn && isThere('/etc/docker') && !isThere('/etc/containers')
  return { name, isOwn, podman: fallsBack ? '/etc/docker' : '/etc/containers' }
}

type File = {
  readonly target: TrustTarget
  readonly path: string
  readonly text: string
  /** `keep`: whoever wrote another knows better. `mention`: somebody's own, in which nothing but `text` is looked for. */
  readonly present?: 'replace' | 'keep' | 'mention'
}

const FILES: Readonly<
  Record<TrustTarget, (registries: readonly Registry[], pem: string) => readonly File[]>
> = {
  docker: (registries, text) =>
    registries.map((one) => ({ target: 'docker', path: authorityFile('/etc/docker', one), text })),
  podman: (registries, text) =>
    registries.map((one) => ({ target: 'podman', path: authorityFile(one.podman, one), text })),
  containerd: (registries, text) =>
    registries.flatMap((one) => {
      const path = authorityFile('/etc/containerd', one)
      const hosts = { target: 'containerd', path: `/etc/containerd/certs.d/${one.name}/hosts.toml` } as const
      return [
        { target: 'containerd' as const, path, text },
        one.isOwn
          ? { ...hosts, text: hostsToml(one.name), present: 'keep' as const }
          : { ...hosts, text: path, present: 'mention' as const },
      ]
    }),
  system: ([first], text) => [
    {
      target: 'system',
      path: `/usr/local/share/ca-certificates/wharden-${(first?.name ?? 'server').replaceAll(/[^a-z0-9.-]/gi, '-')}.crt`,
      text,
    },
  ],
}

function authorityFile(directory: string, { name, isOwn }: Registry): string {
  return `${directory}/certs.d/${name}/${isOwn ? 'ca' : 'wharden'}.crt`
}

/** At the top, not as a `[host]` of its own: with both, containerd asks twice, and tells of the second answer only. */
function hostsToml(name: string): string {
  const server = JSON.stringify(`https://${name}`)
  const ca = JSON.stringify(`/etc/containerd/certs.d/${name}/ca.crt`)
  const lines = [`server = ${server}`, 'capabilities = ["pull", "resolve", "push"]', `ca = ${ca}`]
  // containerd 1.6 wants the table to be there.
  return [...lines, '[host]', ''].join('\n')
}

/** The server says what it is called; a name must never lead out of the directory. Clients leave out the port 443. */
function directoryName(registry: string): string {
  if (
    !/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(registry) ||
    registry.includes('..')
  ) {
    throw new CliError('usage', `\`${registry}\` is not a registry's address`, 'say `--registry HOST:PORT`')
  }
  return registry.replace(/:443$/, '')
}

/** @returns undefined where there is nothing to do and nothing to say */
async function stepFor(
  { target, path: below, text, present = 'replace' }: File,
  root: string,
): Promise<Extract<TrustStep, { type: 'write' }> | undefined> {
  const path = join(root, below)
  const found = await readIfThere(path)
  const step = (state: Extract<TrustStep, { type: 'write' }>['state']) =>
    ({ type: 'write', target, path, text, state }) as const
  if (present === 'mention')
    return found === undefined ? undefined : step(found.includes(text) ? 'same' : 'foreign')
  if (found === undefined) return step('missing')
  if (found === text) return step('same')
  return step(present === 'replace' ? 'outdated' : 'foreign')
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw new CliError('failed', `cannot read \`${path}\`: ${cause.message}`, 'run it with `sudo`', { cause })
  })
}
