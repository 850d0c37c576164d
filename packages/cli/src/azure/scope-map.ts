import type { ApiClient, ScopeMap } from '@wharden/api'
import { azureInstant, registryIdOf, systemData, type RegistryId } from './resource.ts'

const TYPES = { 'user-defined': 'UserDefined', 'system-defined': 'SystemDefined' } as const

export function scopeMapType({ type }: ScopeMap): string {
  return TYPES[type]
}

/** Scope maps of one organization, each as `az acr scope-map show` prints it, and what az lacks. */
export async function scopeMapsJson(api: ApiClient, maps: readonly ScopeMap[]): Promise<readonly object[]> {
  const registry = maps[0] === undefined ? '' : await registryIdOf(api, maps[0].organization)
  return maps.map((map) => scopeMapJson(map, registry))
}

export function scopeMapJson(map: ScopeMap, registry: RegistryId) {
  const { createdAt, description, name, organization, repositories, tokens } = map
  return {
    actions: repositories.flatMap(({ repository, permissions }) =>
      permissions.map((action) => `repositories/${repository}/${action}`),
    ),
    creationDate: azureInstant(createdAt),
    description,
    id: `${registry}/scopeMaps/${name}`,
    name,
    provisioningState: 'Succeeded',
    resourceGroup: organization,
    scopeMapType: scopeMapType(map),
    systemData: systemData(createdAt, null),
    type: 'Microsoft.ContainerRegistry/registries/scopeMaps',
    typePropertiesType: scopeMapType(map),
    organization,
    repositories,
    tokens,
  }
}
