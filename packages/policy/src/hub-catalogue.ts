import type { RegistryHost, RepositoryName } from '@wharden/oci'
import { DOCKER_HUB } from './canonical-host.ts'
import type { ImageFact } from './facts.ts'
import type { ImageCategory } from './image-category.ts'

/** What is known of Docker Hub. Names are compared whole: `bitnami` says nothing of `bitnamilegacy`. */
export type HubCatalogue = {
  /** Names in `library/`, as docker-library/official-images lists them; `all` while there is no list. */
  readonly official: ReadonlySet<string> | 'all'
  /** Name spaces of verified publishers. */
  readonly publishers: ReadonlySet<string>
}

/** Before any catalogue was loaded: Hub gives `library/` to official images, and no publisher is verified. */
const BARE_CATALOGUE: HubCatalogue = { official: 'all', publishers: new Set() }

/**
 * What the catalogue says of an image: the fact `decide` wants. What is in `library/` and no longer official is
 * `community`: it can still be pulled, and nobody mends it. Images of other registries have no category.
 */
export function categorize(
  image: { readonly host: RegistryHost; readonly name: RepositoryName },
  catalogue: HubCatalogue = BARE_CATALOGUE,
): ImageFact {
  return {
    category: image.host === DOCKER_HUB ? hubCategory(image.name, catalogue) : undefined,
    alsoKnownAs: [],
  }
}

function hubCategory(name: RepositoryName, { official, publishers }: HubCatalogue): ImageCategory {
  const slash = name.indexOf('/')
  const namespace = slash < 0 ? undefined : name.slice(0, slash)
  if (namespace === 'library') {
    return official === 'all' || official.has(name.slice(slash + 1)) ? 'official' : 'community'
  }
  return namespace !== undefined && publishers.has(namespace) ? 'verified-publisher' : 'community'
}
