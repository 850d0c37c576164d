import type { Call, Methods } from './call.ts'
import { listResources } from './list-resources.ts'
import type { ArmPath } from './parse-arm-path.ts'
import { scopeMapMethods, scopeMapsMethods } from './scope-map-endpoints.ts'
import { credentialsMethods, tokenMethods, tokensMethods } from './token-endpoints.ts'
import { groupView, registryView, subscriptionView, tenantView } from './views.ts'

/**
 * What can be done at a path: the control plane's whole table. What leads to a registry (directory, subscription, resource
 * group) can be looked at, and there is one of each.
 */
export function methodsAt(call: Call, { type, name }: ArmPath): Methods {
  const { registry, address } = call
  switch (type) {
    case 'tenants':
      return showing({ value: [tenantView(registry)] })
    case 'subscriptions':
      return showing({ value: [subscriptionView(registry)] })
    case 'subscription':
      return showing(subscriptionView(registry))
    case 'groups':
      return showing({ value: [groupView(registry)] })
    case 'group':
      return showing(groupView(registry))
    case 'resources':
      return { GET: () => listResources(call) }
    case 'registries':
      return showing({ value: [registryView(registry, address)] })
    case 'registry':
      return showing(registryView(registry, address))
    case 'scope-maps':
      return scopeMapsMethods(call)
    case 'scope-map':
      return scopeMapMethods(call, name)
    case 'tokens':
      return tokensMethods(call)
    case 'token':
      return tokenMethods(call, name)
    case 'credentials':
      return credentialsMethods(call)
  }
}

function showing(body: object): Methods {
  return { GET: async () => ({ status: 200, body }) }
}
