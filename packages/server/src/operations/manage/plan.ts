import { AppError } from '../../errors.ts'
import type { OrganizationRecord, Plan } from '../../stores/metadata/port/accounts.ts'

/** What a plan allows. `0` means the feature isn't part of it. */
type Limits = {
  readonly 'organization access tokens': number
  readonly 'repositories of an organization access token': number
  readonly 'registry tokens': number
  readonly 'scope maps': number
  readonly 'repositories and actions of a scope map': number
  readonly 'policy enforcement': number
  readonly 'registry access rules': number
}

export type Limit = keyof Limits

const NONE = Number.POSITIVE_INFINITY

const PLANS: { readonly [Each in Plan]: Limits } = {
  free: limits(0, 0, 100, 500, 0, 0),
  team: limits(10, 50, 500, 500, 0, 0),
  business: limits(100, 50, 20_000, 500, 1, 100),
  unlimited: limits(NONE, 1_000, NONE, 5_000, 1, NONE),
}

function limits(
  tokens: number,
  repositories: number,
  registryTokens: number,
  mapEntries: number,
  enforcement: number,
  registryRules: number,
): Limits {
  return {
    'organization access tokens': tokens,
    'repositories of an organization access token': repositories,
    'registry tokens': registryTokens,
    'scope maps': registryTokens,
    'repositories and actions of a scope map': mapEntries,
    'policy enforcement': enforcement,
    'registry access rules': registryRules,
  }
}

/** What one may not expect to count. */
const COUNTED: { readonly [Each in Limit]?: string } = {
  'organization access tokens': ' (expired and inactive ones count: delete one)',
  'registry tokens': ' (expired and disabled ones count: delete one)',
  'scope maps': ' (delete one that no token uses)',
  'repositories and actions of a scope map':
    ' (each action on each repository counts: name several at once, as in `samples/*`, or share them out among maps)',
}

/** A limit of the organization's plan stands in the way; says which. */
export class PlanLimitError extends AppError {
  readonly plan: Plan
  readonly limit: Limit
  readonly allowed: number

  constructor(plan: Plan, limit: Limit, allowed: number) {
    const what = allowed === 0 ? `has no ${limit}` : `allows ${allowed} ${limit}${COUNTED[limit] ?? ''}`
    super('limit-reached', `the plan \`${plan}\` ${what}; an installation administrator can change the plan`)
    this.name = 'PlanLimitError'
    this.plan = plan
    this.limit = limit
    this.allowed = allowed
  }
}

/** @throws {PlanLimitError} if `count` is more than the plan allows */
export function requireWithin({ plan }: Pick<OrganizationRecord, 'plan'>, limit: Limit, count: number): void {
  const allowed = PLANS[plan][limit]
  if (count > allowed) throw new PlanLimitError(plan, limit, allowed)
}

/**
 * Whether there may be one more, or as many as are said; where there is no limit nothing is counted.
 * @throws {PlanLimitError}
 */
export async function requireRoom(
  organization: Pick<OrganizationRecord, 'plan'>,
  limit: Limit,
  count: () => Promise<number>,
  more = 1,
): Promise<void> {
  if (PLANS[organization.plan][limit] !== NONE) requireWithin(organization, limit, (await count()) + more)
}
