import { DOCKER_HUB } from './canonical-host.ts'
import type { RegistryHost, RepositoryName } from '@wharden/oci'

/**
 * Of an image from docker.io; images of other registries have one only where a rule gives it.
 * Docker-sponsored open source counts as `community`. From the most to the least trusted.
 * https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
 */
export const IMAGE_CATEGORIES = ['organization', 'official', 'verified-publisher', 'community'] as const
export type ImageCategory = (typeof IMAGE_CATEGORIES)[number]

/** What is known of Docker Hub. Names are compared whole: `bitnami` says nothing of `bitnamilegacy`. */
export type HubCatalogue = {
  /** Names in `library/`, as docker-library/official-images lists them. */
  readonly official: ReadonlySet<string>
  /** Name spaces of verified publishers. */
  readonly publishers: ReadonlySet<string>
}

/**
 * The category the catalogue gives. What is in `library/` and no longer official is `community`: it can still be
 * pulled, and nobody mends it.
 * @returns `undefined` for other registries
 */
export function classifyImage(
  host: RegistryHost,
  name: RepositoryName,
  catalogue: HubCatalogue,
): ImageCategory | undefined {
  if (host !== DOCKER_HUB) return undefined
  const slash = name.indexOf('/')
  const namespace = slash < 0 ? undefined : name.slice(0, slash)
  if (namespace === 'library') {
    return catalogue.official.has(name.slice(slash + 1)) ? 'official' : 'community'
  }
  return namespace !== undefined && catalogue.publishers.has(namespace) ? 'verified-publisher' : 'community'
}

/** Of two categories the less trusted one. */
export function lessTrusted(one: ImageCategory, other: ImageCategory): ImageCategory {
  return IMAGE_CATEGORIES.indexOf(one) > IMAGE_CATEGORIES.indexOf(other) ? one : other
}
