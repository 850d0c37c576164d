import { formatRepositorySelector } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { ReadRule, WrittenRule } from '../rules.ts'

export type LineChange = {
  /** Instead of all there are. */
  readonly repositories?: readonly ReadRule[] | undefined
  readonly add?: readonly ReadRule[] | undefined
  readonly remove?: readonly ReadRule[] | undefined
}

/** A line after the change. */
export type ChangedLine = WrittenRule & {
  /** What the change itself gives; empty: the line stays bound as it was. */
  readonly given: readonly string[]
}

/**
 * The lines of a scope map `name` after a change.
 * @throws {AppError} `invalid` for what is both added and removed, or removed and not there
 */
export function changeLines(
  name: string,
  present: readonly WrittenRule[],
  { repositories, add = [], remove = [] }: LineChange,
): readonly ChangedLine[] {
  const before = linesOf(present)
  if (repositories !== undefined) {
    return [...linesOf(repositories.map(written))].map(([repository, permissions]) => {
      const had = before.get(repository)
      const news = [...permissions].some((permission) => had?.has(permission) !== true)
      return { repository, permissions: [...permissions], given: news ? [...permissions] : [] }
    })
  }
  const added = linesOf(add.map(written))
  const removed = linesOf(remove.map(written))
  requireClear(added, removed)
  requireThere(name, before, removed)
  const after = linesOf([...present, ...add.map(written)])
  return [...after].flatMap(([repository, all]) => {
    const permissions = [...all].filter((permission) => removed.get(repository)?.has(permission) !== true)
    const given = [...(added.get(repository) ?? [])]
    return permissions.length === 0 ? [] : [{ repository, permissions, given }]
  })
}

type Lines = ReadonlyMap<string, ReadonlySet<string>>

function written({ selector, permissions }: ReadRule): WrittenRule {
  return { repository: formatRepositorySelector(selector), permissions }
}

function linesOf(rules: readonly WrittenRule[]): Lines {
  const lines = new Map<string, Set<string>>()
  for (const { repository, permissions } of rules) {
    const line = lines.get(repository) ?? new Set()
    lines.set(repository, line)
    for (const permission of permissions) line.add(permission)
  }
  return lines
}

function requireClear(added: Lines, removed: Lines): void {
  for (const [repository, permissions] of removed) {
    const both = [...permissions].find((permission) => added.get(repository)?.has(permission) === true)
    if (both === undefined) continue
    throw new AppError(
      'invalid',
      `ambiguous: \`${both}\` on \`${repository}\` is to be added and removed; say one of them`,
      { field: 'remove' },
    )
  }
}

function requireThere(name: string, before: Lines, removed: Lines): void {
  for (const [repository, permissions] of removed) {
    const missing = [...permissions].find((permission) => before.get(repository)?.has(permission) !== true)
    if (missing === undefined) continue
    const giver = [...before].find(
      ([pattern, given]) => given.has(missing) && pattern !== repository && covers(pattern, repository),
    )?.[0]
    const instead =
      giver === undefined ? '' : `: \`${giver}\` gives it; remove it there, and add what is to stay`
    throw new AppError(
      'invalid',
      `\`${name}\` has no entry \`${missing}\` on \`${repository}\` to be removed${instead}; nothing was changed`,
      { field: 'remove' },
    )
  }
}

/** Whether a pattern gives what is given on a repository, or on all below another pattern. */
function covers(pattern: string, repository: string): boolean {
  return pattern === '*' || (pattern.endsWith('/*') && repository.startsWith(pattern.slice(0, -1)))
}
