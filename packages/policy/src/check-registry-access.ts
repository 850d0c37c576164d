import type { Action } from './action.ts'
import { allowed, NOTHING, refused, type Asking, type Check, type Finding } from './asking.ts'
import type { Policy } from './policy.ts'
import { judgeHost, judgeRegistry, type RegistryVerdict } from './registry-access.ts'
import type { RegistryOperation } from './registry-rule.ts'
import type { RegistryHost } from '@wharden/oci'

/** May that registry be reached, to pull or to push? Ours is not in question. */
export const checkRegistryAccess: Check = (asking) => {
  const { resource, action } = asking.question
  if (resource.type !== 'upstream' && resource.type !== 'host') return NOTHING
  const operation = resource.type === 'host' ? 'any' : operationOf(action)
  return asking.policies
    .filter(({ registryAccess }) => registryAccess.mode !== 'off')
    .flatMap((policy) =>
      judged(policy, resource.host, operation, verdict(asking, policy, resource.host, operation)),
    )
}

function verdict(
  { question: { action }, now }: Asking,
  { registryAccess }: Policy,
  host: RegistryHost,
  operation: RegistryOperation | 'any',
): RegistryVerdict {
  return operation === 'any'
    ? judgeHost(registryAccess, host, action === 'host/resolve' ? 'name' : 'port', now)
    : judgeRegistry(registryAccess, host, operation, now)
}

function judged(
  { organization, registryAccess }: Policy,
  host: RegistryHost,
  operation: RegistryOperation | 'any',
  { type, rule }: RegistryVerdict,
): readonly Finding[] {
  if (type === 'allow') return [allowed({ type: 'registry-rule', organization, rule: rule.id })]
  const denial = { type: 'registry-access', organization, host, operation, rule: rule?.id } as const
  return [refused(registryAccess.mode, { ...denial, note: rule?.note })]
}

/** What reads, pulls; all else is done to somebody's registry. */
function operationOf(action: Action): RegistryOperation {
  return action === 'content/read' || action === 'metadata/read' ? 'pull' : 'push'
}
