import type { PolicyMode } from './policy.ts'
import type { RegistryRule } from './registry-rule.ts'

/** Which registries may be reached. A deny beats every allow; what no rule allows is denied. */
export type RegistryAccess = {
  readonly mode: PolicyMode
  readonly rules: readonly RegistryRule[]
}
