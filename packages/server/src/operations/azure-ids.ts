/** The GUIDs that Azure's clients want to name things by; stable, and never shown to anybody but them. */
import { createHash } from 'node:crypto'
import type { AccountName, OrganizationId } from '@wharden/policy'

/** An organization is a subscription with one registry in one resource group, both of its own name. */
export function subscriptionOf(organization: OrganizationId): string {
  return guid('azure-subscription', organization)
}

/** What the registry is called in the control plane; all that it holds is below that. */
export function resourceIdOf({
  id,
  name,
}: {
  readonly id: OrganizationId
  readonly name: AccountName
}): string {
  return `/subscriptions/${subscriptionOf(id)}/resourceGroups/${name}/providers/Microsoft.ContainerRegistry/registries/${name}`
}

/** The whole installation is one directory. @param host by which it issues tokens: `identity.issuer` */
export function tenantOfInstallation(host: string): string {
  return guid('azure-tenant', host)
}

/** RFC 9562 §5.8: a UUID of whatever bits one likes, here those of a SHA-256; lower-case. */
function guid(purpose: string, id: string): string {
  const bytes = createHash('sha256').update(`${purpose}:${id}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
