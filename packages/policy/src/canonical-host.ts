import type { RegistryHost } from '@wharden/oci'

export const DOCKER_HUB = 'docker.io' as RegistryHost
