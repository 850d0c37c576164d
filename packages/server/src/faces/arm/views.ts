/** What Azure's clients read: https://learn.microsoft.com/rest/api/containerregistry/ */
import type { AzureRegistry } from '../../operations/manage/azure-registry.ts'
import { actionsOfRules } from '../../operations/manage/scope-map/scope-map-actions.ts'
import type { showScopeMap } from '../../operations/manage/scope-map/scope-map.ts'
import type { generatePasswords } from '../../operations/manage/token/generate-passwords.ts'
import type { Address } from './address.ts'
import type { RegistryTokenView } from './find-token.ts'

type ScopeMapView = Awaited<ReturnType<typeof showScopeMap>>
type IssuedView = Awaited<ReturnType<typeof generatePasswords>>

/** Each plan is as large as one of Azure's service tiers: 100 tokens, 500, and many. */
const TIERS = { free: 'Basic', team: 'Standard', business: 'Premium', unlimited: 'Premium' } as const

const TYPE = 'Microsoft.ContainerRegistry/registries'
/** Resources need a place; Azure's word for those that are in none. */
const location = 'global'

export function tenantView({ tenant }: AzureRegistry) {
  return {
    id: `/tenants/${tenant}`,
    tenantId: tenant,
    displayName: 'Wharden',
    tenantCategory: 'Home',
    domains: [],
  }
}

export function subscriptionView({ subscription, tenant, displayName }: AzureRegistry) {
  return {
    id: `/subscriptions/${subscription}`,
    subscriptionId: subscription,
    tenantId: tenant,
    displayName,
    state: 'Enabled',
    subscriptionPolicies: {},
    authorizationSource: 'RoleBased',
    managedByTenants: [],
  }
}

export function groupView({ subscription, name }: AzureRegistry) {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/${name}`,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    properties: { provisioningState: 'Succeeded' },
  }
}

/** In a list of all kinds of resources. */
export function resourceView(registry: AzureRegistry) {
  const tier = TIERS[registry.plan]
  return {
    id: registry.id,
    name: registry.name,
    type: TYPE,
    location,
    tags: {},
    sku: { name: tier, tier },
  }
}

export function registryView(registry: AzureRegistry, { registries }: Address) {
  return {
    ...resourceView(registry),
    properties: {
      loginServer: `${registry.name}.${registries}`,
      creationDate: registry.createdAt,
      provisioningState: 'Succeeded',
      adminUserEnabled: false,
      policies: {},
    },
  }
}

export function scopeMapView(registry: AzureRegistry, map: ScopeMapView) {
  return {
    id: scopeMapId(registry, map.name),
    name: map.name,
    type: `${TYPE}/scopeMaps`,
    systemData: { createdAt: map.createdAt },
    properties: {
      description: map.description,
      type: map.type === 'system-defined' ? 'SystemDefined' : 'UserDefined',
      creationDate: map.createdAt,
      provisioningState: 'Succeeded',
      actions: actionsOfRules(map.repositories),
    },
  }
}

/** Without the key, it has no scope map any more: that was deleted, and the token may do nothing. */
export function tokenView(registry: AzureRegistry, token: RegistryTokenView) {
  return {
    id: `${registry.id}/tokens/${token.name}`,
    name: token.name,
    type: `${TYPE}/tokens`,
    systemData: { createdBy: token.createdBy, createdAt: token.createdAt },
    properties: {
      creationDate: token.createdAt,
      provisioningState: 'Succeeded',
      ...(token.scopeMap !== null && { scopeMapId: scopeMapId(registry, token.scopeMap) }),
      status: token.status === 'active' ? 'enabled' : 'disabled',
      credentials: { certificates: [], passwords: token.passwords.map(passwordView) },
    },
  }
}

/** Of a generation: only what is new, so that `passwords[0].value` is. */
export function credentialsView({ token, secrets, login }: IssuedView) {
  const made = token.kind === 'registry-token' ? token.passwords : []
  return {
    username: login.username,
    passwords: made.flatMap((password) => {
      const secret = secrets.find(({ name }) => name === password.name)
      return secret === undefined ? [] : [{ ...passwordView(password), value: secret.value }]
    }),
  }
}

function passwordView({ name, createdAt, expiresAt }: RegistryTokenView['passwords'][number]) {
  return { name, creationTime: createdAt, ...(expiresAt !== null && { expiry: expiresAt }) }
}

function scopeMapId({ id }: AzureRegistry, name: string): string {
  return `${id}/scopeMaps/${name}`
}
