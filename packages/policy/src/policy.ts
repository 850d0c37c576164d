import type { OrganizationId } from './ids.ts'
import { createImageAccess, type ImageAccess } from './image-access.ts'
import type { PolicyMode } from './policy-mode.ts'
import { createRegistryAccess, type RegistryAccess } from './registry-access.ts'

/** Whether anonymous pulls, of public repositories too, are refused. */
export type SignIn = { readonly mode: PolicyMode }

/** What one organization wrote. Made by `parsePolicy` and `defaultPolicy`. */
export type Policy = {
  readonly organization: OrganizationId
  readonly signIn: SignIn
  readonly registryAccess: RegistryAccess
  readonly imageAccess: ImageAccess
}

/**
 * Of an organization that has written nothing: all off, and what each begins with when it is switched on. Docker Hub
 * is allowed; official images and verified publishers are, community images are not; owners are exempt.
 */
export function defaultPolicy(organization: OrganizationId): Policy {
  return {
    organization,
    signIn: { mode: 'off' },
    registryAccess: DEFAULT_REGISTRIES,
    imageAccess: DEFAULT_IMAGES,
  }
}

export const DEFAULT_REGISTRIES: RegistryAccess = createRegistryAccess('off', [
  {
    id: 'registry-access:allow:docker.io',
    effect: 'allow',
    host: { type: 'exact', host: 'docker.io', port: undefined },
    operations: ['pull', 'push'],
  },
])

export const DEFAULT_IMAGES: ImageAccess = createImageAccess({
  mode: 'off',
  categories: ['official', 'verified-publisher'],
  exemptOwners: true,
  namespaces: [],
  categoryRules: [],
  rules: [],
})
