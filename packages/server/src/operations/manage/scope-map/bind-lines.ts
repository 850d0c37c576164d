import { isDeepStrictEqual } from 'node:util'
import type { OrganizationId } from '@wharden/policy'
import type { NewRule, RuleRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Gift } from '../held.ts'
import { writtenRules } from '../rules.ts'
import type { ChangedLine } from './change-lines.ts'
import { bindScopeMapRules, readScopeMapRules, withPermissions } from './scope-map-rules.ts'

/**
 * The part of a change that binds a scope map's lines. Those of which nothing is given now stay bound to the repositories that
 * they were bound to. Where something is, and another repository has the name by now, the line is that one's, with what is
 * given now and nothing of what the one before had.
 * @returns `gifts`: what wasn't there
 */
export async function bindLines(
  tx: ChangeNouns,
  organization: OrganizationId,
  present: readonly RuleRecord[],
  lines: readonly ChangedLine[],
): Promise<{ readonly rules: readonly NewRule[]; readonly gifts: readonly Gift[] }> {
  const before = new Map(
    present.flatMap((rule) =>
      writtenRules([rule]).map(({ repository, permissions }) => [repository, { ...rule, permissions }]),
    ),
  )
  const now = await bindGiven(tx, organization, lines)
  const gifts: Gift[] = []
  const rules = lines.map((line): NewRule => {
    const old = before.get(line.repository)
    const fresh = now.get(line.repository) ?? old
    if (fresh === undefined) throw new Error('a line is there already, or given now')
    const same = isDeepStrictEqual(old?.pattern, fresh.pattern)
    const had = same ? (old?.permissions ?? []) : []
    const permissions = line.given.filter((permission) => !had.includes(permission))
    if (permissions.length > 0) gifts.push({ ...fresh, ...withPermissions(fresh, { ...line, permissions }) })
    return withPermissions(fresh, same ? line : { ...line, permissions })
  })
  return { rules, gifts }
}

async function bindGiven(tx: ChangeNouns, organization: OrganizationId, lines: readonly ChangedLine[]) {
  const given = lines.filter((line) => line.given.length > 0)
  const written = given.map(({ repository, given: permissions }) => ({ repository, permissions }))
  const bound = await bindScopeMapRules(tx, organization, readScopeMapRules(written))
  return new Map(given.map(({ repository }, index) => [repository, bound[index]]))
}
