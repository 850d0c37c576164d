/** What a personal token is given, from the words of the API to scopes and rules. */
import {
  describeRepositorySelectorProblem,
  isPatScope,
  PAT_RIGHTS,
  parseAccountName,
  parseRepositorySelector,
  startsWithHost,
  type OrganizationId,
} from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { NewRule } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { House } from '../../house.ts'
import { actionsFor, bindRules, labelOf, type Meaning, type ReadRule, type WrittenRule } from '../rules.ts'
import type { SignedIn } from '../signed-in.ts'

const patMeaning: Meaning = (permission) => (isPatScope(permission) ? PAT_RIGHTS[permission] : undefined)

/** What a personal token is given: scopes everywhere, or limits somewhere, before names are bound to ids. */
export type PatPlan = { readonly scopes: readonly string[]; readonly limits: readonly PatLimit[] }

type PatLimit = {
  readonly organization: OrganizationId
  readonly rule: ReadRule
  /** All of an organization: then also what its scope lets one do there, creating repositories for example. */
  readonly whole: boolean
}

/**
 * Reads `*`, `acme/samples/*` and `docker.io/library/*`. Limits can't give more than their user has: what both may is
 * what counts, at each request.
 * @throws {AppError} `invalid`, naming the line
 */
export async function readPatRules(
  house: House,
  user: SignedIn,
  written: readonly WrittenRule[],
): Promise<PatPlan> {
  const scopes: string[] = []
  const limits: PatLimit[] = []
  for (const [index, line] of written.entries()) {
    const field = `repositories.${index}.repository`
    if (line.repository === '*') scopes.push(...line.permissions)
    else if (startsWithHost(line.repository)) limits.push(...upstreamLimits(user, line, field))
    else limits.push(await organizationLimit(house, user, line, field))
  }
  return { scopes: [...new Set(scopes)], limits }
}

/** Through the gateway of any organization the user belongs to now. */
function upstreamLimits(user: SignedIn, line: WrittenRule, field: string): readonly PatLimit[] {
  const selector = parseRepositorySelector(line.repository)
  if (selector.type === 'error') {
    throw new AppError('invalid', describeRepositorySelectorProblem(selector.error), { field })
  }
  const rule: ReadRule = { selector: selector.value, permissions: line.permissions, label: labelOf(line) }
  return user.memberships.map(({ organization }) => ({ organization, rule, whole: false }))
}

async function organizationLimit(
  house: House,
  user: SignedIn,
  line: WrittenRule,
  field: string,
): Promise<PatLimit> {
  const slash = line.repository.indexOf('/')
  const name = parseAccountName(line.repository.slice(0, slash))
  const organization =
    name.type === 'ok' ? await house.store.read.organizations.byName(name.value) : undefined
  const selector = parseRepositorySelector(line.repository.slice(slash + 1))
  const isMember = user.memberships.some((membership) => membership.organization === organization?.id)
  if (organization === undefined || selector.type === 'error' || !isMember) {
    throw new AppError(
      'invalid',
      `\`${line.repository}\`: there is no such organization, or you don't belong to it`,
      { field },
    )
  }
  const { value } = selector
  const whole = value.type === 'ours' && value.path.type === 'under' && value.path.prefix === ''
  return {
    organization: organization.id,
    rule: { selector: value, permissions: line.permissions, label: labelOf(line) },
    whole,
  }
}

/** The part of a change that binds a personal token's limits. */
export async function bindPatLimits(
  tx: ChangeNouns,
  limits: readonly PatLimit[],
): Promise<readonly NewRule[]> {
  const rules: NewRule[] = []
  for (const { organization, rule, whole } of limits) {
    rules.push(...(await bindRules(tx, organization, [rule], patMeaning)))
    if (!whole) continue
    const pattern = { type: 'organization', organization } as const
    rules.push({ pattern, actions: actionsFor(rule.permissions, pattern, patMeaning), label: rule.label })
  }
  return rules
}
