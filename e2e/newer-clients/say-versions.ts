import { VERSIONS } from '../support/refusals/versions.ts'
import type { Teller } from '../support/refusals/text.ts'
import type { Release } from '../support/release.ts'

const PACKAGES = [
  ['docker', 'docker.io'],
  ['BuildKit', 'docker-buildx'],
  ['podman', 'podman'],
  ['skopeo', 'skopeo'],
  ['buildah', 'buildah'],
  ['ctr', 'containerd'],
] as const satisfies readonly (readonly [Teller, string])[]

/** Says which clients are tried, and of which the texts that they are held to were measured with another version. */
export function sayVersions(
  release: Release,
  versions: ReadonlyMap<string, string>,
  say: (line: string) => void,
): void {
  say(PACKAGES.map(([, name]) => `${name} ${versions.get(name) ?? 'missing'}`).join(', '))
  for (const [teller, name] of PACKAGES) {
    const measured = VERSIONS[release][teller]
    const version = versions.get(name)
    if (measured !== undefined && version !== undefined && !version.startsWith(`${measured}.`))
      say(
        `${name} has moved on: its texts were measured with ${measured}; e2e/support/refusals/versions.ts says so`,
      )
  }
}
