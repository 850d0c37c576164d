/** What Microsoft's page on repository-scoped permissions shows of az's output, field by field. */
import { expect } from 'vitest'

/** az writes offsets, and our command line `Z`. */
export const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)$/)
export const SECRET = expect.stringMatching(/^whd_rgt_\w{36}$/)

/** @param type `tokens` or `scopeMaps` */
export function idOf(type: string, name: string) {
  const registry = '/resourceGroups/myregistry/providers/Microsoft.ContainerRegistry/registries/myregistry'
  return expect.stringMatching(new RegExp(`^/subscriptions/[0-9a-f-]{36}${registry}/${type}/${name}$`))
}

export function tokenJson(name: string, scopeMap: string) {
  return {
    creationDate: INSTANT,
    credentials: { certificates: [], passwords: passwordsJson(null), username: name },
    id: idOf('tokens', name),
    name,
    provisioningState: 'Succeeded',
    resourceGroup: 'myregistry',
    scopeMapId: idOf('scopeMaps', scopeMap),
    status: 'enabled',
    type: 'Microsoft.ContainerRegistry/registries/tokens',
  }
}

export function passwordsJson(expiry: unknown) {
  return ['password1', 'password2'].map((name) => ({ creationTime: INSTANT, expiry, name, value: SECRET }))
}

export function scopeMapJson(name: string, description: string, actions: readonly string[]) {
  return {
    actions,
    creationDate: INSTANT,
    description,
    id: idOf('scopeMaps', name),
    name,
    provisioningState: 'Succeeded',
    resourceGroup: 'myregistry',
    type: 'Microsoft.ContainerRegistry/registries/scopeMaps',
  }
}
