import type { OrganizationId } from './ids.ts'
import type { ImageAccess } from './image-access.ts'
import type { RegistryAccess } from './registry-access.ts'

/** `report` refuses nothing and says what it would have refused. */
export const POLICY_MODES = ['off', 'report', 'enforce'] as const
export type PolicyMode = (typeof POLICY_MODES)[number]

/** Whether anonymous pulls, of public repositories too, are refused. */
export type SignIn = { readonly mode: PolicyMode }

/** What one organization wrote. */
export type Policy = {
  readonly organization: OrganizationId
  readonly signIn: SignIn
  readonly registryAccess: RegistryAccess
  readonly imageAccess: ImageAccess
}
