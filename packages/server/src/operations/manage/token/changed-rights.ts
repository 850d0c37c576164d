import type { NewRule } from '../../../stores/metadata/port/credentials.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { requireHeld } from '../held.ts'
import { requireWithin } from '../plan.ts'
import type { SignedIn } from '../signed-in.ts'
import { bindPatLimits, type PatPlan } from './pat-rules.ts'
import type { TokenChange } from './token-change.ts'
import type { TokenRecord } from './token-kind.ts'
import { bindOatGifts, bindRegistryUpstreams, sectionOf, type Section } from './token-rules.ts'

/** All that a token may after a change; without `scopes` those it had. */
export type ChangedRights = {
  readonly scopes?: readonly string[] | undefined
  readonly rules: readonly NewRule[]
}

/**
 * The part of a change that gives a token other rights.
 * @param plan of a personal token whose repositories are changed
 * @returns undefined if none were named
 * @throws {AppError} `denied` for what the giver doesn't hold; `limit-reached`
 */
export async function changedRights(
  tx: ChangeNouns,
  token: TokenRecord,
  organization: OrganizationRecord | undefined,
  giver: SignedIn,
  change: TokenChange,
  plan: PatPlan | undefined,
): Promise<ChangedRights | undefined> {
  if (token.kind === 'pat') {
    if (plan === undefined) return undefined
    return { scopes: plan.scopes, rules: await bindPatLimits(tx, plan.limits) }
  }
  if (organization === undefined) return undefined
  const rules =
    token.kind === 'oat'
      ? await bindOatGifts(tx, organization.id, change)
      : await bindRegistryUpstreams(tx, organization.id, change.upstreams ?? [])
  if (change.repositories !== undefined) {
    requireWithin(organization, 'repositories of an organization access token', change.repositories.length)
  }
  requireHeld(giver, rules)
  const replaced = sectionsIn(change)
  if (replaced.length === 0) return undefined
  return { scopes: change.organizationScopes, rules: await mergedRules(tx, token, replaced, rules) }
}

function sectionsIn(change: TokenChange): readonly Section[] {
  const sections: readonly (readonly [Section, unknown])[] = [
    ['repositories', change.repositories],
    ['public', change.publicRepositories],
    ['upstreams', change.upstreams],
    ['organization', change.organizationScopes],
  ]
  return sections.flatMap(([section, value]) => (value === undefined ? [] : [section]))
}

/** Rules of the sections that were not named stay as they were bound. */
async function mergedRules(
  tx: ChangeNouns,
  token: TokenRecord,
  replaced: readonly Section[],
  rules: readonly NewRule[],
): Promise<readonly NewRule[]> {
  const present = await tx.credentials.rules(token.id)
  const staying = present.filter((rule) => !replaced.includes(sectionOf(rule)))
  return [...staying.map(({ pattern, actions, label }) => ({ pattern, actions, label })), ...rules]
}
