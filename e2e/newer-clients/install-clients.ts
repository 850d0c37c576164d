import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { complaint, runThere } from './debian-files.ts'

/** Each by itself, so that one that can't be installed today keeps none of the others away. */
const WANTED = [
  { name: 'docker.io', with: ['docker-cli', 'iptables'] },
  { name: 'docker-buildx', with: ['docker-cli'] },
  { name: 'containerd', with: [] },
  { name: 'podman', with: ['netavark'] },
  { name: 'skopeo', with: [] },
  { name: 'buildah', with: [] },
] as const

export type Installed = {
  /** By package. */
  readonly versions: ReadonlyMap<string, string>
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
}

/** Installs the clients that aren't there yet among a Debian's files. */
export async function installClients(directory: string, say: (line: string) => void): Promise<Installed> {
  const there = await versionsOf(directory)
  const wanted = WANTED.filter(({ name }) => !there.has(name))
  if (wanted.length === 0) return { versions: there, missing: [] }
  say(`installing ${wanted.map(({ name }) => name).join(', ')}`)
  // No service may start: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
  writeFileSync(join(directory, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  await apt(directory, ['update'])
  const packages = (some: typeof wanted) => [...new Set(some.flatMap((each) => [each.name, ...each.with]))]
  const together = await install(directory, packages(wanted))
  const missing: { name: string; reason: string }[] = []
  for (const each of together === undefined ? [] : wanted) {
    const reason = await install(directory, packages([each]))
    if (reason !== undefined) missing.push({ name: each.name, reason })
  }
  await apt(directory, ['clean'])
  return { versions: await versionsOf(directory), missing }
}

/** @returns why it failed */
async function install(directory: string, packages: readonly string[]): Promise<string | undefined> {
  const ran = await apt(directory, ['install', '--yes', '--quiet', '--no-install-recommends', ...packages])
  return ran.exitCode === 0 ? undefined : complaint(ran)
}

function apt(directory: string, args: readonly string[]) {
  return runThere(directory, 'apt-get', args)
}

async function versionsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const format = '--showformat=${db:Status-Status} ${Package} ${Version}\\n'
  const { stdout } = await runThere(directory, 'dpkg-query', ['--show', format])
  const lines = stdout.split('\n').map((line) => line.split(' '))
  return new Map(
    lines.flatMap(([status, name, version]) =>
      status === 'installed' && name !== undefined && version !== undefined ? [[name, version] as const] : [],
    ),
  )
}
