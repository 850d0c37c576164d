/**
 * How Azure's command line names and describes what is here, so that scripts written for it read the same fields. az prints
 * what the service sends with `properties` folded into it; fields of both its generations are there: `scopeMapType` and
 * `objectId` of 2019, `typePropertiesType` and `systemData` of today. What az has no word for follows in ours.
 */
import type { ApiClient, Organization } from '@wharden/api'

/** A registry's place in Azure: `/subscriptions/…/resourceGroups/NAME/providers/Microsoft.ContainerRegistry/registries/NAME`. */
export type RegistryId = string

/** An organization is a registry, in a resource group of its own name. */
export async function registryOf(api: ApiClient, organization: string): Promise<Organization['registry']> {
  return (await api.organization.show({ organization })).registry
}

export async function registryIdOf(api: ApiClient, organization: string): Promise<RegistryId> {
  return (await registryOf(api, organization)).resourceId
}

/** Who made it and when, as far as that is known; nothing here keeps who changed it last but the audit log. */
export function systemData(createdAt: string, createdBy: string | null) {
  return {
    createdAt: azureInstant(createdAt),
    createdBy,
    createdByType: null,
    lastModifiedAt: null,
    lastModifiedBy: null,
    lastModifiedByType: null,
  }
}

/** An instant as az's JSON has it, which Python writes: microseconds unless they are none, and an offset. */
export function azureInstant(instant: string): string {
  return instant.replace(/(\.\d{3})?Z$/, (_, part = '.000') => `${part === '.000' ? '' : `${part}000`}+00:00`)
}

/** az's tables have seconds and no parts of them. */
export function azureTime(instant: string): string {
  return instant.replace(/\.\d+Z$/, 'Z')
}
