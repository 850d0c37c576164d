/**
 * What a machine must have so that its container clients trust a server with an authority of its own. A plan is data:
 * shown first, applied when told to.
 *
 *     docker      /etc/docker/certs.d/HOST:PORT/ca.crt        https://docs.docker.com/engine/security/certificates/
 *     podman      /etc/containers/certs.d/HOST:PORT/ca.crt    containers-certs.d(5); skopeo and buildah too
 *     containerd  /etc/containerd/certs.d/HOST:PORT/          https://github.com/containerd/containerd/blob/main/docs/hosts.md
 *     system      /usr/local/share/ca-certificates/           update-ca-certificates(8)
 */
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
  readonly targets: readonly TrustTarget[]
  /** `/`, or a directory that stands for it. */
  readonly root: string
}

/** Finds out what is missing. Changes nothing. @throws CliError for an address that can't name a directory */
export async function planTrust({
  pem,
  registries,
  targets,
  root,
}: TrustRequest): Promise<readonly TrustStep[]> {
  const names = registries.map(directoryName)
  const files = targets.flatMap((target) => FILES[target](names, pem))
  const writes = await Promise.all(
    files.map(async ({ replace = true, ...file }) => {
      const path = join(root, file.path)
      return { type: 'write' as const, ...file, path, state: await stateOf(path, file.text, replace) }
    }),
  )
  const isDue = writes.some(({ target, state }) => target === 'system' && state !== 'same')
  const update: TrustStep = {
    type: 'run',
    target: 'system',
    command: ['update-ca-certificates'],
    state: isDue ? 'due' : 'same',
  }
  return targets.includes('system') ? [...writes, update] : writes
}

type File = {
  readonly target: TrustTarget
  readonly path: string
  readonly text: string
  readonly replace?: boolean
}

const FILES: Readonly<Record<TrustTarget, (names: readonly string[], pem: string) => readonly File[]>> = {
  docker: (names, pem) =>
    names.map((name) => ({ target: 'docker', path: `/etc/docker/certs.d/${name}/ca.crt`, text: pem })),
  podman: (names, pem) =>
    names.map((name) => ({ target: 'podman', path: `/etc/containers/certs.d/${name}/ca.crt`, text: pem })),
  containerd: (names, pem) =>
    names.flatMap((name) => [
      { target: 'containerd' as const, path: `/etc/containerd/certs.d/${name}/ca.crt`, text: pem },
      {
        target: 'containerd' as const,
        path: `/etc/containerd/certs.d/${name}/hosts.toml`,
        text: hostsToml(name),
        replace: false,
      },
    ]),
  system: (names, pem) => [
    {
      target: 'system',
      path: `/usr/local/share/ca-certificates/wharden-${(names[0] ?? 'server').replaceAll(/[^a-z0-9.-]/gi, '-')}.crt`,
      text: pem,
    },
  ],
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

async function stateOf(
  path: string,
  text: string,
  replace: boolean,
): Promise<Extract<TrustStep, { type: 'write' }>['state']> {
  const present = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw new CliError('failed', `cannot read \`${path}\`: ${cause.message}`, 'run it with `sudo`', { cause })
  })
  if (present === undefined) return 'missing'
  if (present === text) return 'same'
  return replace ? 'outdated' : 'foreign'
}
