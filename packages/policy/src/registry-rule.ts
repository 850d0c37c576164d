import type { HostPattern } from './host-pattern.ts'
import type { RuleId } from './ids.ts'

export const REGISTRY_OPERATIONS = ['pull', 'push'] as const
export type RegistryOperation = (typeof REGISTRY_OPERATIONS)[number]

export type RegistryRule = {
  readonly id: RuleId
  readonly effect: 'allow' | 'deny'
  readonly host: HostPattern
  readonly operations: readonly RegistryOperation[]
  /** Milliseconds since 1970 when it ends. */
  readonly until?: number | undefined
  /** Shown to whom it refuses. */
  readonly note?: string | undefined
}
