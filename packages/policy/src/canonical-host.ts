import { parseRegistryHost, type RegistryHost } from '@wharden/oci'

/** A name written here is a host: nothing is left to parse. */
const host = (text: 'docker.io' | 'index.docker.io' | 'registry-1.docker.io' | 'registry.hub.docker.com') =>
  text as string as RegistryHost

/** What all of Docker Hub's addresses are called here. */
export const DOCKER_HUB: RegistryHost = host('docker.io')

/**
 * Docker Hub answers at all of these, and clients take them for four registries: dockerd pulled images by each. A rule
 * on one that didn't hold for the others would be passed by in an instant.
 */
const DOCKER_HUB_HOSTS: readonly RegistryHost[] = [
  DOCKER_HUB,
  host('index.docker.io'),
  host('registry-1.docker.io'),
  host('registry.hub.docker.com'),
]

/**
 * The one name of a registry, whatever way it was written: lower case, addresses in their canonical form, no port
 * where it is 443, and `docker.io` for every address of Docker Hub.
 */
export function canonicalHost(written: RegistryHost): RegistryHost {
  const url = URL.parse(`https://${written}`)
  const plain = (url?.host ?? written.toLowerCase()) as RegistryHost
  return DOCKER_HUB_HOSTS.includes(plain) ? DOCKER_HUB : plain
}

/** Reads a host as people and clients write it, a final dot allowed, into its canonical form. */
export function parseCanonicalHost(text: string): RegistryHost | undefined {
  const parsed = parseRegistryHost(text.replace(/\.(?=:\d+$|$)/, ''))
  return parsed === undefined ? undefined : canonicalHost(parsed)
}

/** Every name a canonical host is known by, itself first: a pattern that covers one of them covers the registry. */
export function hostAliases(canonical: RegistryHost): readonly RegistryHost[] {
  return canonical === DOCKER_HUB ? DOCKER_HUB_HOSTS : [canonical]
}
