import type { RegistryHost } from '@wharden/oci'
import { createHostIndex, rulesFor, type HostIndex } from './host-index.ts'
import { hostsAndPorts } from './host-pattern.ts'
import type { PolicyMode } from './policy-mode.ts'
import { REGISTRY_OPERATIONS, type RegistryOperation, type RegistryRule } from './registry-rule.ts'
import { deciding, isLive } from './rule.ts'

/**
 * Which registries may be reached. A deny beats every allow, and what no rule allows is denied: Docker Hub too,
 * which is why a new policy begins with a rule for it. Made by `createRegistryAccess` only.
 */
export type RegistryAccess = {
  readonly mode: PolicyMode
  readonly rules: readonly RegistryRule[]
  readonly index: HostIndex<RegistryRule>
}

export function createRegistryAccess(mode: PolicyMode, rules: readonly RegistryRule[]): RegistryAccess {
  return { mode, rules, index: createHostIndex(rules) }
}

/** `rule: undefined`: no rule covers it. */
export type RegistryVerdict =
  | { readonly type: 'allow'; readonly rule: RegistryRule }
  | { readonly type: 'deny'; readonly rule: RegistryRule | undefined }

/** Whether an image may be pulled from, or pushed to, a host, given in canonical form. */
export function judgeRegistry(
  access: RegistryAccess,
  host: RegistryHost,
  operation: RegistryOperation,
  now: number,
): RegistryVerdict {
  return judge(coveringRules(access, host, 'port', now), operation)
}

/**
 * Whether a host may be reached at all, for enforcement that can't tell pull from push: when either is allowed. A
 * resolver doesn't know the port either, so a name resolves when it is allowed at any.
 */
export function judgeHost(
  access: RegistryAccess,
  host: RegistryHost,
  see: 'port' | 'name',
  now: number,
): RegistryVerdict {
  const rules = coveringRules(access, host, see, now)
  const verdicts = REGISTRY_OPERATIONS.map((operation) => judge(rules, operation))
  const first =
    verdicts.find(({ type }) => type === 'allow') ?? verdicts.find(({ rule }) => rule !== undefined)
  return first ?? { type: 'deny', rule: undefined }
}

function coveringRules(
  access: RegistryAccess,
  canonical: RegistryHost,
  see: 'port' | 'name',
  now: number,
): readonly RegistryRule[] {
  return hostsAndPorts(canonical)
    .flatMap(({ host, port }) => rulesFor(access.index, { host, port: see === 'port' ? port : undefined }))
    .filter((rule) => isLive(rule, now))
    .filter((rule) => see === 'port' || rule.effect === 'allow' || deniesAllPorts(rule))
}

function deniesAllPorts({ host }: RegistryRule): boolean {
  return host.type === 'any' || host.port === undefined
}

function judge(rules: readonly RegistryRule[], operation: RegistryOperation): RegistryVerdict {
  const applying = rules.filter(({ operations }) => operations.includes(operation))
  const denying = deciding(applying, 'deny')
  if (denying !== undefined) return { type: 'deny', rule: denying }
  const allowing = deciding(applying, 'allow')
  return allowing === undefined ? { type: 'deny', rule: undefined } : { type: 'allow', rule: allowing }
}
