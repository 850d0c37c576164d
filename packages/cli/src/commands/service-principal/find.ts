import type { ApiClient, ServicePrincipal } from '@wharden/api'

/** Finds a service principal of an organization by its name, which no other has there, or by its client id. */
export async function findServicePrincipal(
  api: ApiClient,
  organization: string,
  wanted: string,
): Promise<ServicePrincipal> {
  const { items } = await api.servicePrincipal.list({ organization, name: wanted })
  return items[0] ?? api.servicePrincipal.show({ organization, servicePrincipal: wanted })
}
